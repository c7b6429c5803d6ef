//! What holding a map's keys against a wanted one costs, beside the bare pass over them: a million keys in memory, as
//! batches of `bpf(2)` leave them there.

use std::hint::black_box;
use std::time::Duration;

use mapkey_runtime::explain::{KeyRule, KeyShape, Scan, Wanted};
use mapkey_runtime::prelude::*;
use rustix::time::{ClockId, clock_gettime};

const KEYS: usize = 1_000_000;
const ROUNDS: usize = 5;

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Flow {
    saddr: Ipv4,
    daddr: Ipv4,
    sport: Be<u16>,
    dport: Be<u16>,
    proto: u8,
    _pad: Padding<3>,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Process {
    pid_tgid: u64,
    comm: FixedStr<16>,
    syscall: u32,
    _pad: Padding<4>,
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
struct Flow6 {
    saddr: Ipv6,
    daddr: Ipv6,
    sport: Be<u16>,
    dport: Be<u16>,
    proto: u8,
    _pad: Padding<3>,
}

fn main() {
    println!(
        "{KEYS} keys, best of {ROUNDS} rounds, nanoseconds of this thread's time a key; set-up and answer in milliseconds"
    );
    println!("{:24} {:>6} {:>6} {:>8} {:>8}", "keys", "bare", "scan", "set-up", "finish");
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    #[allow(clippy::cast_possible_truncation)] // the low bits are as random as the others
    let mut next = move || {
        random ^= random << 13u32;
        random ^= random >> 7u32;
        random ^= random << 17u32;
        random as u32
    };
    let flow = |host: u32, port: u32| {
        Flow::new(
            Ipv4::from_octets((0x0a00_0000 | host).to_be_bytes()),
            Ipv4::new(192, 0, 2, 1),
            port_of(port),
            Be::new(443),
            6,
        )
    };
    measure("flows to one server", &flow(7, 9), (0..KEYS).map(|_| flow(next() % 4096, next())));
    let any = |a: u32, b: u32, c: u32| {
        Flow::new(
            Ipv4::from_octets(a.to_ne_bytes()),
            Ipv4::from_octets(b.to_ne_bytes()),
            port_of(c),
            port_of(c >> 16),
            6,
        )
    };
    measure("flows", &any(1, 2, 3), (0..KEYS).map(|_| any(next(), next(), next())));
    let process = |n: u32| {
        let tgid = u64::from(n % 32768);
        Process::new(tgid << 32 | (tgid + 1), FixedStr::truncated(&format!("worker/{}", n % 64)), n % 400)
    };
    measure("processes", &process(77), (0..KEYS).map(|_| process(next())));
    let six = |a: u32, b: u32| {
        let octets = |n: u32| Ipv6::from_octets((0x2001_0db8_u128 << 96 | u128::from(n)).to_be_bytes());
        Flow6::new(octets(a), octets(b), port_of(a), port_of(b), 6)
    };
    measure("IPv6 flows", &six(1, 2), (0..KEYS).map(|_| six(next(), next())));
    measure("numbers of 32 bits", &77u32, (0..KEYS).map(|_| next()));
}

#[allow(clippy::cast_possible_truncation)] // as many bits as a port has
fn port_of(number: u32) -> Be<u16> {
    Be::new(number as u16)
}

/// The time that this thread ran: others may be busy on the same machine.
fn now() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let whole = Duration::from_secs(u64::try_from(time.tv_sec).unwrap_or_default());
    whole + Duration::from_nanos(u64::try_from(time.tv_nsec).unwrap_or_default())
}

fn measure<K: MapKey>(what: &str, wanted: &K, keys: impl Iterator<Item = K>) {
    let keys: Vec<u8> = keys.flat_map(|key| key.as_bytes().to_vec()).collect();
    let each = size_of::<K>();
    let best = |work: &mut dyn FnMut() -> Duration| (0..ROUNDS).map(|_| work()).min().unwrap_or_default();
    let bare = best(&mut || {
        let start = now();
        // What a pass does at least: every byte is read once.
        let sum: u64 = keys.chunks_exact(each).map(|key| key.iter().map(|&byte| u64::from(byte)).sum::<u64>()).sum();
        black_box(sum);
        now() - start
    });
    let shape = KeyShape::of_layout(&K::LAYOUT);
    let Ok(wanted) = Wanted::bytes_of(&shape, wanted.as_bytes()) else { return };
    let (mut set_up, mut finish) = (Duration::MAX, Duration::MAX);
    let scan = best(&mut || {
        let start = now();
        let mut scan = Scan::new(&shape, &wanted, KeyRule::Bytes);
        set_up = set_up.min(now() - start);
        let start = now();
        keys.chunks_exact(each).for_each(|key| scan.see(key));
        let took = now() - start;
        let start = now();
        black_box(scan.finish());
        finish = finish.min(now() - start);
        took
    });
    let nanos = |took: Duration| took.as_secs_f64() * 1e9 / KEYS as f64;
    let millis = |took: Duration| took.as_secs_f64() * 1e3;
    println!("{what:24} {:6.1} {:6.1} {:8.2} {:8.2}", nanos(bare), nanos(scan), millis(set_up), millis(finish));
}
