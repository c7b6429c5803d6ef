//! The processes that hold maps and programs open.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;

use super::processes::{Open, Processes, comm};

/// A process that has a map or a program open.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Holder {
    /// The process.
    pub pid: u32,
    /// Its name, of which the kernel keeps 15 bytes.
    pub name: String,
}

/// Which processes hold which maps and programs open, as `/proc/PID/fdinfo` tells.
#[derive(Clone, Debug, Default)]
pub struct Holders {
    maps: BTreeMap<u32, Vec<Holder>>,
    programs: BTreeMap<u32, Vec<Holder>>,
    hidden: Option<String>,
}

impl Holders {
    /// Looks at all processes. Descriptors of other users' processes take `CAP_SYS_PTRACE`.
    #[must_use]
    pub fn find() -> Self {
        Self::among(&Processes::scan())
    }

    pub(crate) fn among(processes: &Processes) -> Self {
        let mut holders = Self { hidden: processes.hidden(), ..Self::default() };
        let mut names = BTreeMap::new();
        for &(pid, fd, ref open) in processes.open() {
            let (ids, key) = match open {
                Open::Map => (&mut holders.maps, "map_id:"),
                Open::Program => (&mut holders.programs, "prog_id:"),
                _ => continue,
            };
            let Ok(info) = fs::read_to_string(format!("/proc/{pid}/fdinfo/{fd}")) else { continue };
            let Some(id) = number(&info, key) else { continue };
            let held_by = ids.entry(id).or_default();
            if held_by.iter().all(|holder: &Holder| holder.pid != pid) {
                let name = names.entry(pid).or_insert_with(|| comm(pid).unwrap_or_default()).clone();
                held_by.push(Holder { pid, name });
            }
        }
        holders
    }

    /// The processes that have the map with this id open.
    #[must_use]
    pub fn of_map(&self, id: u32) -> &[Holder] {
        self.maps.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The processes that have the program with this id open.
    #[must_use]
    pub fn of_program(&self, id: u32) -> &[Holder] {
        self.programs.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Whose descriptors could not be seen: `3 processes`.
    #[must_use]
    pub fn hidden(&self) -> Option<&str> {
        self.hidden.as_deref()
    }
}

/// The number behind `key` in a file of `fdinfo`.
fn number(info: &str, key: &str) -> Option<u32> {
    info.lines().find_map(|line| line.strip_prefix(key))?.trim().parse().ok()
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (pid {})", self.name, self.pid)
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn reads_ids() {
        let info = "pos:\t0\nflags:\t02000002\nmap_type:\t1\nmap_id:\t41\n";
        assert_eq!(number(info, "map_id:"), Some(41));
        assert_eq!(number(info, "prog_id:"), None);
        assert_eq!(number("map_id:\t-1\n", "map_id:"), None);
    }
}
