//! What is mounted where this thread is.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// A line of `/proc/thread-self/mountinfo`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mount {
    /// The part of the file system that is mounted; for a namespace its name, `net:[4026531840]`.
    pub(crate) root: PathBuf,
    pub(crate) path: PathBuf,
    pub(crate) fs_type: String,
}

/// All mounts of the type `fs_type`.
pub(crate) fn of_type(fs_type: &str) -> io::Result<Vec<Mount>> {
    Ok(of_type_in(&fs::read("/proc/thread-self/mountinfo")?, fs_type))
}

/// Those in the text of a `mountinfo`.
pub(crate) fn of_type_in(mountinfo: &[u8], fs_type: &str) -> Vec<Mount> {
    let mounts = mountinfo.split(|&byte| byte == b'\n').filter_map(parse);
    mounts.filter(|mount| mount.fs_type == fs_type).collect()
}

/// `36 35 98:0 /root /path options ... - type source options`, as proc(5) has it.
fn parse(line: &[u8]) -> Option<Mount> {
    let mut words = line.split(|&byte| byte == b' ');
    let root = words.nth(3)?;
    let path = words.next()?;
    words.find(|&word| word == b"-")?;
    let fs_type = String::from_utf8_lossy(words.next()?).into_owned();
    Some(Mount { root: unescape(root), path: unescape(path), fs_type })
}

/// Spaces and the like are written as `\040`.
fn unescape(word: &[u8]) -> PathBuf {
    let mut bytes = Vec::with_capacity(word.len());
    let mut rest = word;
    while let [first, tail @ ..] = rest {
        let digits = if *first == b'\\' { tail.first_chunk::<3>() } else { None };
        let escaped = digits.and_then(|digits| u8::from_str_radix(str::from_utf8(digits).ok()?, 8).ok());
        match escaped {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(3..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    PathBuf::from(std::ffi::OsString::from_vec(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_line() {
        let line = br"36 35 0:21 / /mnt/a\040b\134c rw shared:1 master:2 - bpf bpffs rw,mode=700";
        let mount = parse(line).unwrap();
        assert_eq!(mount, Mount { root: "/".into(), path: r"/mnt/a b\c".into(), fs_type: "bpf".to_owned() });
        for broken in [&b""[..], b"36 35 0:21 / /mnt rw", b"36 35 0:21 / /mnt rw -"] {
            assert_eq!(parse(broken), None);
        }
        assert_eq!(unescape(br"a\9z\04"), PathBuf::from(r"a\9z\04"));
    }
}
