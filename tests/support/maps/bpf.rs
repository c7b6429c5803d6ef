//! The calls.

use std::ffi::{CStr, c_long};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

const MAP_CREATE: c_long = 0;
const MAP_LOOKUP: c_long = 1;
const MAP_UPDATE: c_long = 2;
const MAP_DELETE: c_long = 3;
const OBJ_PIN: c_long = 6;
const BTF_LOAD: c_long = 18;
const MAP_FREEZE: c_long = 22;
const MAP_LOOKUP_BATCH: c_long = 24;
const MAP_UPDATE_BATCH: c_long = 26;

/// `BPF_MAP_CREATE`.
#[repr(C)]
#[derive(Default)]
pub(super) struct CreateAttr {
    pub(super) map_type: u32,
    pub(super) key_size: u32,
    pub(super) value_size: u32,
    pub(super) max_entries: u32,
    pub(super) map_flags: u32,
    pub(super) inner_map_fd: u32,
    pub(super) numa_node: u32,
    pub(super) map_name: [u8; 16],
    pub(super) map_ifindex: u32,
    pub(super) btf_fd: u32,
    pub(super) btf_key_type_id: u32,
    pub(super) btf_value_type_id: u32,
    pub(super) btf_vmlinux_value_type_id: u32,
    pub(super) map_extra: u64,
}

#[repr(C)]
#[derive(Default)]
struct ElementAttr {
    map_fd: u32,
    _pad: u32,
    key: u64,
    value: u64,
    flags: u64,
}

#[repr(C)]
#[derive(Default)]
struct BatchAttr {
    in_batch: u64,
    out_batch: u64,
    keys: u64,
    values: u64,
    count: u32,
    map_fd: u32,
    elem_flags: u64,
    flags: u64,
}

#[repr(C)]
#[derive(Default)]
struct PinAttr {
    pathname: u64,
    bpf_fd: u32,
    file_flags: u32,
}

#[repr(C)]
#[derive(Default)]
struct BtfAttr {
    btf: u64,
    log_buf: u64,
    btf_size: u32,
    log_size: u32,
    log_level: u32,
    /// Newer kernels write it; for older ones it must be zero.
    log_true_size: u32,
}

fn address<T>(pointer: *const T) -> u64 {
    pointer.expose_provenance() as u64
}

/// # Safety
///
/// `attr` is what the command reads, and its addresses are good for what the command does with them.
unsafe fn call<A>(command: c_long, attr: &mut A) -> io::Result<c_long> {
    // SAFETY: the kernel reads and writes at most this size there; for the rest the caller vouches.
    let result = unsafe { libc::syscall(libc::SYS_bpf, command, std::ptr::from_mut(attr), size_of::<A>()) };
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

/// # Safety
///
/// As [`call`], and the command gives a descriptor.
unsafe fn call_for_fd<A>(command: c_long, attr: &mut A) -> io::Result<OwnedFd> {
    // SAFETY: the caller vouches.
    let result = unsafe { call(command, attr) }?;
    let fd = RawFd::try_from(result).map_err(io::Error::other)?;
    // SAFETY: the kernel just made it for this call.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

pub(super) fn create(mut attr: CreateAttr) -> io::Result<OwnedFd> {
    // SAFETY: the struct holds no address.
    unsafe { call_for_fd(MAP_CREATE, &mut attr) }
}

pub(super) fn pin(map: BorrowedFd<'_>, path: &CStr) -> io::Result<()> {
    let mut attr = PinAttr { pathname: address(path.as_ptr()), bpf_fd: raw(map), ..Default::default() };
    // SAFETY: the kernel reads the string, which outlives the call.
    unsafe { call(OBJ_PIN, &mut attr) }.map(|_| ())
}

pub(super) fn freeze(map: BorrowedFd<'_>) -> io::Result<()> {
    let mut map_fd = raw(map);
    // SAFETY: the command reads a descriptor and no address.
    unsafe { call(MAP_FREEZE, &mut map_fd) }.map(|_| ())
}

pub(super) fn load_btf(btf: &[u8]) -> io::Result<OwnedFd> {
    let mut log = vec![0u8; 1 << 16];
    let mut attr = BtfAttr {
        btf: address(btf.as_ptr()),
        log_buf: address(log.as_mut_ptr()),
        btf_size: u32::try_from(btf.len()).map_err(io::Error::other)?,
        log_size: 1 << 16,
        log_level: 1,
        log_true_size: 0,
    };
    // SAFETY: the kernel reads `btf_size` bytes at `btf` and writes at most `log_size` at `log_buf`.
    unsafe { call_for_fd(BTF_LOAD, &mut attr) }.map_err(|error| {
        let end = log.iter().position(|&byte| byte == 0).unwrap_or(log.len());
        io::Error::new(error.kind(), format!("{error}\n{}", String::from_utf8_lossy(&log[..end])))
    })
}

fn raw(fd: BorrowedFd<'_>) -> u32 {
    fd.as_raw_fd().cast_unsigned()
}

/// A map by bare calls: what the library is compared with. The sizes are those that the map was made with.
#[derive(Debug)]
pub struct Bare<'m> {
    map: BorrowedFd<'m>,
    key_size: usize,
    value_size: usize,
}

impl<'m> Bare<'m> {
    /// # Safety
    ///
    /// The map has keys of `key_size` bytes, and its lookups write `value_size` bytes.
    #[must_use]
    pub const unsafe fn new(map: BorrowedFd<'m>, key_size: usize, value_size: usize) -> Self {
        Self { map, key_size, value_size }
    }

    fn element(&self, key: &[u8], value: u64, flags: u64) -> ElementAttr {
        assert_eq!(key.len(), self.key_size, "the length of the key");
        ElementAttr { map_fd: raw(self.map), key: address(key.as_ptr()), value, flags, ..Default::default() }
    }

    /// `BPF_MAP_LOOKUP_ELEM`.
    ///
    /// # Errors
    ///
    /// What the kernel said.
    ///
    /// # Panics
    ///
    /// Where a length is not the map's.
    #[inline]
    pub fn lookup(&self, key: &[u8], value: &mut [u8]) -> io::Result<()> {
        assert_eq!(value.len(), self.value_size, "the length of the value");
        let mut attr = self.element(key, address(value.as_mut_ptr()), 0);
        // SAFETY: both lengths are the map's, by the contract of `new`.
        unsafe { call(MAP_LOOKUP, &mut attr) }.map(|_| ())
    }

    /// `BPF_MAP_UPDATE_ELEM`.
    ///
    /// # Errors
    ///
    /// What the kernel said.
    ///
    /// # Panics
    ///
    /// Where a length is not the map's.
    pub fn update(&self, key: &[u8], value: &[u8]) -> io::Result<()> {
        assert_eq!(value.len(), self.value_size, "the length of the value");
        let mut attr = self.element(key, address(value.as_ptr()), 0);
        // SAFETY: both lengths are the map's, by the contract of `new`.
        unsafe { call(MAP_UPDATE, &mut attr) }.map(|_| ())
    }

    /// `BPF_MAP_DELETE_ELEM`.
    ///
    /// # Errors
    ///
    /// What the kernel said.
    ///
    /// # Panics
    ///
    /// Where the length is not the map's.
    pub fn delete(&self, key: &[u8]) -> io::Result<()> {
        let mut attr = self.element(key, 0, 0);
        // SAFETY: the length is the map's, by the contract of `new`.
        unsafe { call(MAP_DELETE, &mut attr) }.map(|_| ())
    }

    /// `BPF_MAP_UPDATE_BATCH`.
    ///
    /// # Errors
    ///
    /// What the kernel said.
    ///
    /// # Panics
    ///
    /// Where the lengths are not those of as many keys as values.
    pub fn update_batch(&self, keys: &[u8], values: &[u8]) -> io::Result<()> {
        let count = keys.len() / self.key_size;
        assert_eq!((keys.len(), values.len()), (count * self.key_size, count * self.value_size), "the lengths");
        let mut attr = BatchAttr {
            keys: address(keys.as_ptr()),
            values: address(values.as_ptr()),
            count: u32::try_from(count).map_err(io::Error::other)?,
            map_fd: raw(self.map),
            ..Default::default()
        };
        // SAFETY: the kernel reads `count` keys and values, which are there.
        unsafe { call(MAP_UPDATE_BATCH, &mut attr) }.map(|_| ())
    }

    /// `BPF_MAP_LOOKUP_BATCH` over the whole map, `count` elements at a time; calls `seen` with the keys and the values
    /// of each.
    ///
    /// # Errors
    ///
    /// What the kernel said.
    ///
    /// # Panics
    ///
    /// If the buffers have no room.
    pub fn batches(&self, count: u32, mut seen: impl FnMut(&[u8], &[u8])) -> io::Result<()> {
        let room = count as usize;
        let (mut keys, mut values) = (vec![0u8; room * self.key_size], vec![0u8; room * self.value_size]);
        let mut at = vec![0u8; self.key_size.max(4)];
        let mut started = false;
        loop {
            let mut attr = BatchAttr {
                in_batch: if started { address(at.as_ptr()) } else { 0 },
                out_batch: address(at.as_mut_ptr()),
                keys: address(keys.as_mut_ptr()),
                values: address(values.as_mut_ptr()),
                count,
                map_fd: raw(self.map),
                ..Default::default()
            };
            // SAFETY: there is room for `count` keys and values, and for a key or a bucket's number at the cursor.
            let result = unsafe { call(MAP_LOOKUP_BATCH, &mut attr) };
            let is_last = match result {
                Ok(_) => false,
                Err(error) if error.raw_os_error() == Some(libc::ENOENT) => true,
                Err(error) => return Err(error),
            };
            started = true;
            let filled = attr.count as usize;
            seen(&keys[..filled * self.key_size], &values[..filled * self.value_size]);
            if is_last {
                return Ok(());
            }
        }
    }
}

/// The descriptor, for the same map.
impl AsFd for Bare<'_> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.map
    }
}
