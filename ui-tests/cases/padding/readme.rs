// The first key of the README.
use mapkey_runtime::prelude::*;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(kernel = "bpf_sock_tuple.ipv4")]
struct SockTuple { daddr: Ipv4, saddr: Ipv4, sport: u16 }

fn main() {}
