//! Programs: what the kernel says about one, and whether it counts their runs.

use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};

use super::attr::{Info, address};
use super::object::{ids, info_by_fd, text};
use super::{Command, Errno, call_for_fd};

/// A program uses at most this many maps (`MAX_USED_MAPS` in `include/linux/bpf_verifier.h` is 64; `BPF_PROG_BIND_MAP`
/// can add more).
const MAX_MAPS: u32 = 4096;

/// `struct bpf_prog_info`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
struct RawInfo {
    program_type: u32,
    id: u32,
    tag: [u8; 8],
    jited_prog_len: u32,
    xlated_prog_len: u32,
    jited_prog_insns: u64,
    xlated_prog_insns: u64,
    load_time: u64,
    created_by_uid: u32,
    nr_map_ids: u32,
    map_ids: u64,
    name: [u8; 16],
    ifindex: u32,
    gpl_compatible: u32,
    netns_dev: u64,
    netns_ino: u64,
    nr_jited_ksyms: u32,
    nr_jited_func_lens: u32,
    jited_ksyms: u64,
    jited_func_lens: u64,
    btf_id: u32,
    func_info_rec_size: u32,
    func_info: u64,
    nr_func_info: u32,
    nr_line_info: u32,
    line_info: u64,
    jited_line_info: u64,
    nr_jited_line_info: u32,
    line_info_rec_size: u32,
    jited_line_info_rec_size: u32,
    nr_prog_tags: u32,
    prog_tags: u64,
    run_time_ns: u64,
    run_cnt: u64,
    recursion_misses: u64,
    verified_insns: u32,
    attach_btf_obj_id: u32,
    attach_btf_id: u32,
    _pad: u32,
}

// SAFETY: integers alone, each at a multiple of its size, and the bytes behind the last one are a member.
unsafe impl Info for RawInfo {}

/// What the kernel says about a program.
#[derive(Clone, Debug)]
pub(crate) struct RawProgram {
    pub(crate) program_type: u32,
    pub(crate) id: u32,
    pub(crate) tag: [u8; 8],
    /// Nanoseconds after the start of the system.
    pub(crate) load_time: u64,
    pub(crate) uid: u32,
    pub(crate) map_ids: Vec<u32>,
    pub(crate) name: String,
    /// The device that it was offloaded to.
    pub(crate) ifindex: u32,
    pub(crate) btf_id: u32,
    /// The type of its main function in its BTF; 0 where it has none.
    pub(crate) function: u32,
    pub(crate) run_time_ns: u64,
    pub(crate) run_count: u64,
    pub(crate) recursion_misses: u64,
    pub(crate) attach_btf_obj_id: u32,
    pub(crate) attach_btf_id: u32,
}

/// The ids of all programs, ascending; takes `CAP_SYS_ADMIN`.
pub(crate) fn program_ids() -> impl Iterator<Item = Result<u32, Errno>> {
    ids(Command::ProgNextId)
}

/// What the kernel says about a program.
pub(crate) fn program_info(fd: BorrowedFd<'_>) -> Result<RawProgram, Errno> {
    let fd = fd.as_raw_fd();
    let mut counts = RawInfo::default();
    // SAFETY: all addresses are null, and the counts beside them are zero.
    unsafe { info_by_fd(fd, &mut counts) }?;
    let maps = counts.nr_map_ids.min(MAX_MAPS);
    let mut map_ids = vec![0u32; maps as usize];
    // `struct bpf_func_info`: the first instruction of a function and its type. The first one is the program itself.
    let mut function = [0u32; 2];
    let wants_function = counts.btf_id != 0 && counts.func_info_rec_size == 8 && counts.nr_func_info > 0;
    let mut info = RawInfo { nr_map_ids: maps, map_ids: address(map_ids.as_mut_ptr()), ..Default::default() };
    if wants_function {
        (info.func_info_rec_size, info.nr_func_info) = (8, 1);
        info.func_info = address(function.as_mut_ptr());
    }
    // SAFETY: the kernel writes at most `nr_map_ids` numbers of 32 bits at `map_ids`, which has room for as many, and
    // `nr_func_info` (none or one) records of `func_info_rec_size` bytes at `func_info`, which has 8
    // (`bpf_prog_get_info_by_fd`). All other addresses are null with nothing beside them.
    unsafe { info_by_fd(fd, &mut info) }?;
    map_ids.truncate(info.nr_map_ids as usize);
    Ok(RawProgram {
        program_type: info.program_type,
        id: info.id,
        tag: info.tag,
        load_time: info.load_time,
        uid: info.created_by_uid,
        map_ids,
        name: text(&info.name),
        ifindex: info.ifindex,
        btf_id: info.btf_id,
        function: function[1],
        run_time_ns: info.run_time_ns,
        run_count: info.run_cnt,
        recursion_misses: info.recursion_misses,
        attach_btf_obj_id: info.attach_btf_obj_id,
        attach_btf_id: info.attach_btf_id,
    })
}

/// `BPF_ENABLE_STATS`: as long as the descriptor is open, the kernel counts the runs of all programs. Takes
/// `CAP_SYS_ADMIN`; Linux 5.8.
pub(crate) fn enable_statistics() -> Result<OwnedFd, Errno> {
    const BPF_STATS_RUN_TIME: u32 = 0;
    let mut attr = BPF_STATS_RUN_TIME;
    // SAFETY: the command reads one number (`BPF_ENABLE_STATS_LAST_FIELD`), no address, and returns a descriptor.
    unsafe { call_for_fd(Command::EnableStats, &mut attr) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_kernels_size() {
        // 6.18's 232 bytes: 228 that are named, and what C adds at the end.
        assert_eq!(size_of::<RawInfo>(), 232);
        assert_eq!(std::mem::offset_of!(RawInfo, attach_btf_id), 224);
    }
}
