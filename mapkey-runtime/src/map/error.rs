//! Why a map does not open, and why a key type does not fit it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use mapkey_layout::{Layout, Report, did_you_mean};

use super::{Access, KeyRule, MapInfo};
use crate::SourceError;
use crate::plain::bytes;
use crate::sys::Errno;
use crate::validate::Reason;

/// Why a map does not open.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// No map has the id.
    #[error("no map has the id {id}; maps that nothing holds any more are gone, and their ids are not used again")]
    NoSuchId {
        /// The id.
        id: u32,
    },
    /// Opening by an id takes a capability.
    #[error(
        "map {id} cannot be opened by its id: that needs CAP_SYS_ADMIN; open it by its pin, or take over its descriptor"
    )]
    IdNeedsAdmin {
        /// The id.
        id: u32,
    },
    /// No map has the name.
    #[error("no loaded map is called `{name}`{}", did_you_mean(nearest))]
    NoSuchName {
        /// The name.
        name: String,
        /// The names that look most like it, best first.
        nearest: Vec<String>,
    },
    /// Several maps have the name.
    #[error("{} maps are called `{name}`: {}; name one by its id, as in `id:{}`", maps.len(), list(maps), first(maps))]
    SeveralOfName {
        /// The name.
        name: String,
        /// The maps.
        maps: Vec<MapInfo>,
    },
    /// Looking for a name takes a capability.
    #[error(
        "maps cannot be looked up by a name such as `{name}`: that needs CAP_SYS_ADMIN; give the path of its pin, or take \
         over its descriptor"
    )]
    NamesNeedAdmin {
        /// The name.
        name: String,
    },
    /// The path is not there.
    #[error("nothing is pinned at {}: {}", path.display(), missing(path))]
    NotPinned {
        /// The path.
        path: PathBuf,
    },
    /// The path is there, and no pin.
    #[error(
        "{} is no pin: it is not on a bpffs (mount -t bpf bpffs /sys/fs/bpf), or a directory; `bpftool map list --bpffs` \
         shows the pins", path.display()
    )]
    NotOnBpffs {
        /// The path.
        path: PathBuf,
    },
    /// The file's rights forbid it.
    #[error("no right to open {} for {}: a pin has owner and mode as other files do; {}the owner can allow it with chmod or \
        chown", path.display(), what_for(*access), or_less(*access))]
    PinForbidden {
        /// The path.
        path: PathBuf,
        /// What the handle was to do.
        access: Access,
    },
    /// It is something else.
    #[error("{what} is no map but {found}")]
    NotAMap {
        /// What was opened.
        what: String,
        /// What it is.
        found: String,
    },
    /// The kernel said something else.
    #[error("{what} cannot be opened as a map: {error}")]
    Unreadable {
        /// What was opened.
        what: String,
        /// What the system said.
        error: io::Error,
    },
}

impl OpenError {
    pub(super) fn of_id(id: u32, errno: Errno) -> Self {
        match errno.0 {
            libc::ENOENT => Self::NoSuchId { id },
            libc::EPERM => Self::IdNeedsAdmin { id },
            _ => Self::Unreadable { what: format!("map {id}"), error: errno.into() },
        }
    }

    pub(super) fn of_pin(path: &Path, access: Access, errno: Errno) -> Self {
        let path = path.to_owned();
        match errno.0 {
            libc::ENOENT | libc::ENOTDIR => Self::NotPinned { path },
            // `bpf_inode_type` in kernel/bpf/inode.c: EACCES also stands for "no object of bpf(2)".
            libc::EACCES | libc::EPERM if is_pin(&path) == Some(false) => Self::NotOnBpffs { path },
            libc::EACCES | libc::EPERM => Self::PinForbidden { path, access },
            _ => Self::Unreadable { what: path.display().to_string(), error: errno.into() },
        }
    }
}

/// Whether the path is a file on a bpffs; `None` where that cannot be seen.
fn is_pin(path: &Path) -> Option<bool> {
    const BPF_FS_MAGIC: u64 = 0xcafe_4a11; // include/uapi/linux/magic.h
    let fs = rustix::fs::statfs(path).ok()?;
    let on_bpffs = u64::try_from(fs.f_type).ok()? & 0xffff_ffff == BPF_FS_MAGIC;
    Some(on_bpffs && path.symlink_metadata().ok()?.is_file())
}

/// The nearest thing that is there, where a pin is not.
fn missing(path: &Path) -> String {
    let folder = match path.parent() {
        Some(here) if here.as_os_str().is_empty() && path.file_name().is_some() => Some(Path::new(".")),
        folder => folder,
    };
    let Some(folder) = folder.filter(|folder| folder.is_dir()) else {
        return "its folder is not there either; is the bpffs mounted (mount -t bpf bpffs /sys/fs/bpf)?".to_owned();
    };
    let names = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names: Vec<_> = names.filter_map(|entry| entry.file_name().into_string().ok()).take(10_000).collect();
    let wanted = path.file_name().unwrap_or_default().to_string_lossy();
    let nearest = mapkey_layout::nearest(&wanted, names.iter().map(String::as_str), 2);
    match nearest.as_slice() {
        [] => format!("there is no such file in {}", folder.display()),
        nearest => format!("there is no such file in {}{}", folder.display(), did_you_mean(nearest)),
    }
}

fn what_for(access: Access) -> &'static str {
    match access {
        Access::ReadWrite => "reading and writing",
        Access::ReadOnly => "reading",
        Access::WriteOnly => "writing",
    }
}

fn or_less(access: Access) -> &'static str {
    match access {
        Access::ReadWrite => "open it with `Access::ReadOnly` where nothing is written, or ",
        Access::ReadOnly | Access::WriteOnly => "",
    }
}

fn list(maps: &[MapInfo]) -> String {
    let each: Vec<_> = maps.iter().map(|map| format!("{} ({})", map.id, map.map_type)).collect();
    each.join(", ")
}

fn first(maps: &[MapInfo]) -> u32 {
    maps.first().map_or(0, |map| map.id)
}

/// Why a key type, or a value type, cannot be used with a map.
///
/// `Debug` prints the same as `Display`, so that a `main` that returns the error shows both sides as they are meant to
/// be read.
#[non_exhaustive]
pub enum CheckError {
    /// The map does not open.
    Open(OpenError),
    /// The map's type takes another kind of key, or none.
    KeyRule {
        /// The map.
        map: Box<MapInfo>,
        /// What its keys are.
        rule: KeyRule,
        /// The key type.
        key: &'static Layout,
    },
    /// The key has another size than the map's keys.
    KeySize {
        /// The map.
        map: Box<MapInfo>,
        /// The key type.
        key: &'static Layout,
    },
    /// The value has another size than the map's values.
    ValueSize {
        /// The map.
        map: Box<MapInfo>,
        /// Bytes of the value type.
        found: usize,
    },
    /// One side has a value for every processor, the other has one.
    PerCpu {
        /// The map.
        map: Box<MapInfo>,
    },
    /// The handle cannot read.
    WriteOnly {
        /// The map.
        map: Box<MapInfo>,
    },
    /// The map is not the one that the object declares.
    NotTheObjects {
        /// The map.
        map: Box<MapInfo>,
        /// What is not the same.
        differences: Vec<DeclaredDifference>,
        /// The object.
        object: String,
    },
    /// The key is laid out in another way.
    Mismatch(Box<Report>),
    /// There is no proof.
    NotProven {
        /// The map.
        map: Box<MapInfo>,
        /// Why.
        reason: NotProven,
    },
}

/// Something in which a live map is not what an object declares.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeclaredDifference {
    /// `type`, `key size`, `value size` or `flags`; sizes are in bytes.
    pub what: &'static str,
    /// What the object declares.
    pub declared: String,
    /// What the map has.
    pub found: String,
}

/// Why there is no proof that a key is a map's.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum NotProven {
    /// The map was made without BTF.
    #[error("it was made without BTF")]
    NoBtf,
    /// The map has BTF, and not for its keys.
    #[error("its BTF says nothing about its keys; libbpf makes some types of maps so")]
    NoKeyType,
    /// Reading the map's BTF takes a capability.
    #[error("reading its BTF ({id}) needs CAP_SYS_ADMIN; CAP_BPF alone does not give that right")]
    BtfNeedsAdmin {
        /// The BTF's id.
        id: u32,
    },
    /// The BTF cannot be read.
    #[error("its BTF cannot be read: {0}")]
    Unreadable(io::Error),
    /// The BTF has no counterpart for the key.
    #[error(transparent)]
    Key(#[from] Reason),
}

impl From<OpenError> for CheckError {
    fn from(error: OpenError) -> Self {
        Self::Open(error)
    }
}

impl std::error::Error for CheckError {}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(error) => error.fmt(f),
            Self::KeyRule { map, rule, key } => {
                let key = key.spelling();
                write!(f, "{map} cannot have keys of type `{key}`: ")?;
                f.write_str(match rule {
                    KeyRule::Index => "its keys are indices, a `u32` in this machine's order; use `u32`",
                    KeyRule::Prefix => {
                        "it is a trie, whose keys begin with a `u32` in this machine's order, the prefix's length in bits; \
                         use `LpmKey<_>`"
                    }
                    KeyRule::Owner => {
                        "user space names its elements by the descriptor of their owner (a socket, a task's pidfd, a cgroup); \
                         use `i32`"
                    }
                    KeyRule::None => "it has no keys; values are pushed and popped, or written to a ring",
                    KeyRule::Bytes | KeyRule::Unknown => "this library does not know what its keys are",
                })
            }
            Self::KeySize { map, key } => write!(
                f,
                "{map} has keys of {}, `{}` has {}; the map is another one, or of another version of the program",
                bytes(map.key_size as usize),
                key.spelling(),
                bytes(key.size),
            ),
            Self::ValueSize { map, found } => write!(
                f,
                "{map} has values of {}, the value type has {}; give the type that the program writes",
                bytes(map.value_size as usize),
                bytes(*found),
            ),
            Self::PerCpu { map } if map.map_type.is_per_cpu() => {
                write!(f, "{map} has a value for every possible processor: use `PerCpu<V>` as the value type")
            }
            Self::PerCpu { map } => write!(f, "{map} has one value for each key: use `V` instead of `PerCpu<V>`"),
            Self::WriteOnly { map } => {
                write!(
                    f,
                    "{map} is open for writing alone (`BPF_F_WRONLY`): nothing could be looked up; open it for reading"
                )
            }
            Self::NotTheObjects { map, differences, object } => {
                write!(f, "{map} is not the map that {object} declares:")?;
                for DeclaredDifference { what, declared, found } in differences {
                    write!(f, "\n  {what}: declared {declared}, found {found}")?;
                }
                write!(f, "\n  remove the pin or the old map, or use the object that made it")
            }
            Self::Mismatch(report) => report.fmt(f),
            Self::NotProven { map, reason } => {
                write!(f, "not checkable: nothing proves what the keys of {map} are: {reason}")?;
                f.write_str(match reason {
                    NotProven::Key(Reason::Source(SourceError::NoSuchMap { .. })) => "",
                    // It is the object that was asked, and in vain.
                    NotProven::Key(Reason::Source(_)) => {
                        "; or say that you go on without proof (`check_without_proof`)"
                    }
                    _ => {
                        "; prove them by the object that the map was made from (`check_by_object`), or say that you go on \
                         without proof (`check_without_proof`)"
                    }
                })
            }
        }
    }
}
