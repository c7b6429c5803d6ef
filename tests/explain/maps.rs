//! The maps of `fixtures/explain.bpf.c`.

use std::os::fd::AsFd;

use aya::Ebpf;
use aya::maps::lpm_trie::{Key, LpmTrie};
use aya::maps::{Array, HashMap};
use mapkey_runtime::Map;
use mapkey_runtime::explain::{Cause, CauseKind, Explanation, Inquiry, Wanted};
use mapkey_tests::{Kernel, kernel_or_skip};

const OBJECT: &[u8] = include_bytes!("../fixtures/explain.bpf.o");

/// Maps of the object, of this test alone; gone with it.
pub(crate) struct Maps {
    object: Ebpf,
}

impl Maps {
    /// `None`, with the reason printed, where the kernel makes no maps.
    pub(crate) fn load(test: &str) -> Option<Self> {
        kernel_or_skip(test, Kernel::Programs).then(|| Self { object: Ebpf::load(OBJECT).expect("the object loads") })
    }

    /// Writes keys as a program would, whatever their bytes.
    pub(crate) fn fill<const N: usize>(&mut self, name: &str, keys: impl IntoIterator<Item = [u8; N]>) {
        let map = self.object.map_mut(name).expect("the object declares it");
        let mut map: HashMap<_, [u8; N], u64> = HashMap::try_from(map).expect("its sizes");
        keys.into_iter().for_each(|key| map.insert(key, 1, 0).expect("room"));
    }

    pub(crate) fn fill_trie(&mut self, name: &str, nets: &[(u32, [u8; 4])]) {
        let map = self.object.map_mut(name).expect("the object declares it");
        let mut map: LpmTrie<_, [u8; 4], u64> = LpmTrie::try_from(map).expect("its sizes");
        nets.iter().for_each(|&(len, data)| map.insert(&Key::new(len, data), 1, 0).expect("room"));
    }

    pub(crate) fn map(&self, name: &str) -> Map {
        use aya::maps::Map as Any;
        let data = match self.object.map(name).expect("the object declares it") {
            Any::HashMap(data) | Any::LruHashMap(data) | Any::LpmTrie(data) | Any::Array(data) | Any::Queue(data) => {
                data
            }
            other => panic!("{name} is {other:?}"),
        };
        Map::from_fd(data.fd().as_fd()).expect("it is open")
    }

    pub(crate) fn set_slot(&mut self, index: u32, value: u64) {
        let map = self.object.map_mut("slots").expect("the object declares it");
        let mut map: Array<_, u64> = Array::try_from(map).expect("its sizes");
        map.set(index, value, 0).expect("the index exists");
    }

    /// Asks by fields, as a person does.
    pub(crate) fn ask(&self, name: &str, fields: &[&str]) -> Explanation {
        let map = self.map(name);
        let inquiry = Inquiry::of(&map);
        let wanted = Wanted::ask(inquiry.shape(), fields).unwrap_or_else(|error| panic!("{error}"));
        inquiry.ask(&wanted).expect("the map is open")
    }
}

/// The first cause, apart from what is said of each of these maps: that no loaded program uses it.
#[track_caller]
pub(crate) fn assert_first(answer: &Explanation, kind: CauseKind, fields: &[&str], entry: &[u8]) {
    let first = of_entries(answer).next().unwrap_or_else(|| panic!("{answer}"));
    assert_eq!((first.kind, answer.found), (kind, Some(false)), "{answer}");
    assert_eq!(first.fields, fields, "{answer}");
    assert_eq!(first.entry.as_deref(), Some(entry), "{answer}");
}

/// All causes apart from that one.
pub(crate) fn kinds(answer: &Explanation) -> Vec<CauseKind> {
    of_entries(answer).map(|cause| cause.kind).collect()
}

fn of_entries(answer: &Explanation) -> impl Iterator<Item = &Cause> {
    answer.causes.iter().filter(|cause| cause.kind != CauseKind::ProgramNotLoaded)
}
