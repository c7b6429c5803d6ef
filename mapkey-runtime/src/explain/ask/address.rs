//! Addresses as a person writes them.

use std::net::{Ipv4Addr, Ipv6Addr};

use mapkey_ebpf::Mac;

/// An address, in the order in which it goes over the wire.
pub(super) fn parse(text: &str) -> Option<Vec<u8>> {
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return Some(address.octets().to_vec());
    }
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return Some(address.octets().to_vec());
    }
    text.parse::<Mac>().ok().map(|address| address.octets().to_vec())
}

/// What an address of this size is called, with an example.
pub(super) fn example(size: usize) -> Option<&'static str> {
    match size {
        4 => Some("an IPv4 address such as 192.0.2.1"),
        6 => Some("a MAC address such as 02:00:5e:10:00:01"),
        16 => Some("an IPv6 address such as 2001:db8::1"),
        _ => None,
    }
}
