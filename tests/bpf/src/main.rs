//! Two XDP programs that count the flows of the same packets, one under a derived key, one under a
//! struct written by hand. Their instructions are to be the same.
#![no_std]
#![no_main]

use core::ptr;

use aya_ebpf::bindings::xdp_action::XDP_PASS;
use aya_ebpf::btf_maps::HashMap;
use aya_ebpf::macros::{btf_map, xdp};
use aya_ebpf::programs::XdpContext;
use mapkey_ebpf::{Be, MapKey, Padding};

/// What the packets of the test hold from their first byte on, in this machine's byte order: so each
/// of the programs has to convert.
#[repr(C)]
struct Packet {
    saddr: u32,
    daddr: u32,
    sport: u16,
    dport: u16,
    proto: u8,
}

/// As mapkey writes a key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, MapKey)]
#[repr(C)]
pub struct FlowKey {
    pub saddr: Be<u32>,
    pub daddr: Be<u32>,
    pub sport: Be<u16>,
    pub dport: Be<u16>,
    #[mapkey(rename = "l4_proto")]
    pub proto: u8,
    pub _pad: Padding<3>,
}

/// As one writes a key without mapkey, when one thinks of everything.
#[repr(C)]
pub struct HandWrittenKey {
    pub saddr: u32,
    pub daddr: u32,
    pub sport: u16,
    pub dport: u16,
    pub proto: u8,
    pub pad: [u8; 3],
}

#[btf_map(name = "derived")]
static DERIVED: HashMap<FlowKey, u64, 64> = HashMap::new();

#[btf_map(name = "hand_written")]
static HAND_WRITTEN: HashMap<HandWrittenKey, u64, 64> = HashMap::new();

#[xdp]
pub fn count_derived(ctx: XdpContext) -> u32 {
    if let Some(packet) = packet(&ctx) {
        let key = FlowKey::new(
            Be::new(packet.saddr),
            Be::new(packet.daddr),
            Be::new(packet.sport),
            Be::new(packet.dport),
            packet.proto,
        );
        count(&DERIVED, &key);
    }
    XDP_PASS
}

#[xdp]
pub fn count_hand_written(ctx: XdpContext) -> u32 {
    if let Some(packet) = packet(&ctx) {
        let key = HandWrittenKey {
            saddr: packet.saddr.to_be(),
            daddr: packet.daddr.to_be(),
            sport: packet.sport.to_be(),
            dport: packet.dport.to_be(),
            proto: packet.proto,
            // A plain `[0; 3]` is built before the other fields, and takes one more spill.
            pad: const { [0; 3] },
        };
        count(&HAND_WRITTEN, &key);
    }
    XDP_PASS
}

#[inline(always)]
fn packet(ctx: &XdpContext) -> Option<Packet> {
    let start = ctx.data();
    if start + size_of::<Packet>() > ctx.data_end() {
        return None;
    }
    // SAFETY: the packet has these bytes, which the verifier proves again, and any bytes are a `Packet`.
    // Packets start at a multiple of four here: a test run puts them right behind `XDP_PACKET_HEADROOM`.
    Some(unsafe { ptr::read(start as *const Packet) })
}

#[inline(always)]
fn count<K>(map: &HashMap<K, u64, 64>, key: &K) {
    match map.get_ptr_mut(key) {
        // SAFETY: the kernel's pointer to a value is valid while the program runs.
        Some(count) => unsafe { *count += 1 },
        None => drop(map.insert(key, 1, 0)),
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

#[unsafe(link_section = "license")]
#[unsafe(no_mangle)]
static LICENSE: [u8; 4] = *b"GPL\0";
