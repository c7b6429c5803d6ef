//! A UDP packet as it comes off the wire.

use std::net::SocketAddrV4;

/// A packet from somewhere to `to`, with `payload` bytes behind its headers.
pub(crate) fn udp(to: SocketAddrV4, payload: u8) -> Vec<u8> {
    const FROM: SocketAddrV4 = SocketAddrV4::new(std::net::Ipv4Addr::new(192, 0, 2, 1), 40_001);
    const ETHERTYPE_IPV4: u16 = 0x0800;
    const UDP: u8 = 17;
    let udp_length = 8 + u16::from(payload);

    let mut packet = vec![0; 12];
    packet.extend(ETHERTYPE_IPV4.to_be_bytes());
    // The IPv4 header: five words long, no checksum, which nobody looks at here.
    packet.extend([0x45, 0]);
    packet.extend((20 + udp_length).to_be_bytes());
    packet.extend([0, 0, 0, 0, 64, UDP, 0, 0]);
    packet.extend(FROM.ip().octets());
    packet.extend(to.ip().octets());
    // The UDP header, without a checksum as well.
    packet.extend(FROM.port().to_be_bytes());
    packet.extend(to.port().to_be_bytes());
    packet.extend(udp_length.to_be_bytes());
    packet.extend([0; 2]);
    packet.resize(packet.len() + usize::from(payload), b'.');
    packet
}
