//! Counts the packets and bytes of each IPv4 flow, before the network stack sees them.
//!
//! `flow-monitor/flow.bpf.c` is the same program in C.
#![no_std]
#![no_main]
#![feature(asm_experimental_arch)]

use core::arch::asm;
use core::ptr;

use aya_ebpf::bindings::BPF_NOEXIST;
use aya_ebpf::bindings::xdp_action::XDP_PASS;
use aya_ebpf::btf_maps::LruHashMap;
use aya_ebpf::macros::{btf_map, xdp};
use aya_ebpf::programs::XdpContext;
use flow_common::{FlowKey, FlowStats};
use mapkey_ebpf::Be;

#[btf_map(name = "flows")]
static FLOWS: LruHashMap<FlowKey, FlowStats, 10_240> = LruHashMap::new();

const ETHERNET: usize = 14;
const ETHERTYPE_IPV4: Be<u16> = Be::new(0x0800);
const TCP: u8 = 6;
const UDP: u8 = 17;

/// The start of every IPv4 header.
#[repr(C)]
struct Ipv4Header {
    version_and_words: u8,
    tos: u8,
    length: Be<u16>,
    id: Be<u16>,
    flags_and_fragment: Be<u16>,
    ttl: u8,
    proto: u8,
    checksum: Be<u16>,
    saddr: Be<u32>,
    daddr: Be<u32>,
}

/// The start of every TCP and UDP header.
#[repr(C)]
struct Ports {
    source: Be<u16>,
    dest: Be<u16>,
}

#[xdp]
pub fn count_flows(ctx: XdpContext) -> u32 {
    // What is no IPv4, or cut short, is not counted. Every packet passes.
    let _ = try_count(&ctx);
    XDP_PASS
}

#[inline(always)]
fn try_count(ctx: &XdpContext) -> Option<()> {
    // SAFETY: any bytes are a number.
    let ethertype: Be<u16> = unsafe { read(ctx, ETHERNET - 2)? };
    if ethertype != ETHERTYPE_IPV4 {
        return None;
    }
    // SAFETY: any bytes are such a header.
    let ip: Ipv4Header = unsafe { read(ctx, ETHERNET)? };
    let header = usize::from(ip.version_and_words & 0xf) * 4;
    let first_fragment = ip.flags_and_fragment.get() & 0x1fff == 0;
    let ports = if first_fragment && matches!(ip.proto, TCP | UDP) {
        // SAFETY: any bytes are two numbers.
        unsafe { read(ctx, ETHERNET + header)? }
    } else {
        Ports { source: Be::new(0), dest: Be::new(0) }
    };

    let key = FlowKey::new(ip.saddr, ip.daddr, ports.source, ports.dest, ip.proto);
    add(&key, u64::from(ip.length.get()))
}

/// Counts one packet. Several processors may do so at once.
#[inline(always)]
fn add(key: &FlowKey, bytes: u64) -> Option<()> {
    let stats = match FLOWS.get_ptr_mut(key) {
        Some(stats) => stats,
        None => {
            // Where another processor was first, its entry is as good.
            let _ = FLOWS.insert(key, FlowStats { packets: 0, bytes: 0 }, BPF_NOEXIST.into());
            FLOWS.get_ptr_mut(key)?
        }
    };
    // SAFETY: the kernel's pointer to a value is valid while the program runs, and both fields are
    // aligned to 8 bytes.
    unsafe {
        add_atomically(&raw mut (*stats).packets, 1);
        add_atomically(&raw mut (*stats).bytes, bytes);
    }
    Some(())
}

/// C's `__sync_fetch_and_add`. Rust's atomics have no such operation on this target, whose oldest
/// version lacks the others that they would need.
///
/// # Safety
///
/// `number` is valid for writes and aligned, and no reference to it exists.
#[inline(always)]
unsafe fn add_atomically(number: *mut u64, more: u64) {
    // SAFETY: the instruction changes nothing but `number`.
    unsafe { asm!("lock *(u64 *)({number} + 0) += {more}", number = in(reg) number, more = in(reg) more) }
}

/// The packet's bytes from `offset` on, if it has as many.
///
/// # Safety
///
/// Any bytes are a `T`.
#[inline(always)]
unsafe fn read<T>(ctx: &XdpContext, offset: usize) -> Option<T> {
    let start = ctx.data() + offset;
    if start + size_of::<T>() > ctx.data_end() {
        return None;
    }
    // SAFETY: the packet has these bytes, which the verifier proves again, and the caller promises
    // that they are a `T`.
    Some(unsafe { ptr::read_unaligned(start as *const T) })
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

#[unsafe(link_section = "license")]
#[unsafe(no_mangle)]
static LICENSE: [u8; 13] = *b"Dual MIT/GPL\0";
