//! Every key of these tests once more, out of the test's own binary.

use std::sync::LazyLock;
use std::{env, fs};

use mapkey_layout::note::{Arena, notes};
use mapkey_layout::reports;
use mapkey_runtime::{MapKey, Report, Source};

static BINARY: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let path = env::current_exe().expect("the test knows its path");
    fs::read(path).expect("the test can read itself")
});

/// The note of `K` has the layout that the constant has, and gives the same report.
pub(super) fn assert_same<K: MapKey>(from_the_constant: &Report, source: &Source) {
    let arena = Arena::new();
    let keys: Vec<_> = notes(&BINARY)
        .expect("the test is an ELF file")
        .iter()
        .map(|note| note.key(&arena).expect("a note as the derive writes it"))
        .collect();
    // Several tests have a `Key` each.
    let Some(key) = keys.iter().find(|key| key.layout == K::LAYOUT) else {
        panic!(
            "no note for {:#?} among {:#?}",
            K::LAYOUT,
            keys.iter().filter(|key| key.layout.name == K::LAYOUT.name).collect::<Vec<_>>()
        );
    };
    let btf = source.btf().expect("the source was read before");
    let mut reports = reports(&[&key.layout], &btf, &source.to_string());
    assert_eq!(reports.pop().expect("one key"), Ok(from_the_constant.clone()));
}
