//! UDP packets as they come off the wire.

use std::net::{Ipv4Addr, SocketAddrV4};

/// Ethernet, IPv4 and UDP without payload, and without checksums, at which nobody looks here.
pub(crate) fn udp(from: SocketAddrV4, to: SocketAddrV4) -> Vec<u8> {
    let mut packet = vec![2; 12];
    packet.extend([0x08, 0x00]);
    packet.extend(ip(from, to));
    packet.resize(64, 0);
    packet
}

/// The same with the tag of a VLAN.
pub(crate) fn tagged(from: SocketAddrV4, to: SocketAddrV4) -> Vec<u8> {
    let mut packet = vec![2; 12];
    packet.extend([0x81, 0x00, 0x00, 0x64, 0x08, 0x00]);
    packet.extend(ip(from, to));
    packet.resize(64, 0);
    packet
}

fn ip(from: SocketAddrV4, to: SocketAddrV4) -> Vec<u8> {
    const UDP: u8 = 17;
    let mut packet = vec![0x45, 0, 0, 28, 0x3c, 0x1d, 0, 0, 64, UDP, 0x9a, 0x75];
    packet.extend(from.ip().octets());
    packet.extend(to.ip().octets());
    packet.extend(from.port().to_be_bytes());
    packet.extend(to.port().to_be_bytes());
    packet.extend([0, 8, 0, 0]);
    packet
}

/// Traffic that nobody asks about: other hosts, other ports.
pub(crate) fn others(count: u16) -> impl Iterator<Item = Vec<u8>> {
    (0..count).map(|n| {
        let [a, b] = n.wrapping_mul(40503).to_be_bytes();
        let host = |net: u8| Ipv4Addr::new(172, net, a, b);
        let server = Ipv4Addr::new(100, 64, b ^ 0x55, a);
        udp(SocketAddrV4::new(host(16), 33000 + n), SocketAddrV4::new(server, 8443 + n % 7))
    })
}

/// Who is asked about, and what it talks to.
pub(crate) const CLIENT: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(10, 0, 7, 9), 40000);
pub(crate) const SERVER: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(192, 0, 2, 33), 443);

/// The question: the flow from the client to the server.
pub(crate) const ASKED: [&str; 5] = ["saddr=10.0.7.9", "daddr=192.0.2.33", "sport=40000", "dport=443", "proto=17"];

/// The key that is asked for: `struct flow_key`.
pub(crate) const WANTED: [u8; 16] = [10, 0, 7, 9, 192, 0, 2, 33, 0x9c, 0x40, 0x01, 0xbb, 17, 0, 0, 0];

/// The packet of that flow.
pub(crate) fn asked() -> Vec<u8> {
    udp(CLIENT, SERVER)
}

/// Other traffic, and the packet of that flow.
pub(crate) fn traffic() -> impl Iterator<Item = Vec<u8>> {
    others(300).chain([asked()])
}
