//! Broken notes and broken binaries give errors, and nothing else happens.

use std::env;
use std::fs;
use std::sync::LazyLock;

use mapkey_layout::btf::Btf;
use mapkey_layout::note::{Arena, NoteError, RawNote, VERSION, keys, note_segment, notes};
use mapkey_layout::reports;
use mapkey_runtime::{Be, MapKey, Padding};
use proptest::prelude::*;

/// A key with every kind of part.
#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[mapkey(kernel("a", "b"), btf = "c", module = "m", prefix)]
struct Key {
    #[mapkey(rename = "u.ports")]
    ports: [Be<u16>; 2],
    hops: [Hop; 2],
    #[mapkey(bytes)]
    raw: [u8; 2],
    _pad: Padding<2>,
}

#[derive(Clone, Copy, MapKey)]
#[repr(transparent)]
struct Hop(State);

#[derive(Clone, Copy, MapKey)]
#[repr(i32)]
enum State {
    #[mapkey(rename = "OPEN")]
    Open = -1,
    Closed = 7,
}

static BINARY: LazyLock<Vec<u8>> =
    LazyLock::new(|| fs::read(env::current_exe().expect("a path")).expect("the test can read itself"));

static BTF: LazyLock<Vec<u8>> =
    LazyLock::new(|| fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/counterparts.btf")).expect("the fixture"));

/// The descriptor of `Key`.
fn descriptor() -> &'static [u8] {
    let arena = Arena::new();
    let is_it = |note: &RawNote<'_>| note.key(&arena).is_ok_and(|key| key.layout == Key::LAYOUT);
    let note = notes(&BINARY).expect("an ELF file").into_iter().find(is_it);
    note.expect("the key's note").descriptor
}

/// A segment of notes as this machine has it in memory.
fn segment(version: u32, descriptor: &[u8]) -> Vec<u8> {
    let words = [7, u32::try_from(descriptor.len()).expect("short"), version];
    let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
    bytes.extend(b"mapkey\0\0");
    bytes.extend(descriptor);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// Reads a descriptor, and if it is one does all with the key that a user could.
fn use_all(descriptor: &[u8]) -> Result<(), NoteError> {
    let segment = segment(VERSION, descriptor);
    let arena = Arena::new();
    let keys = keys(&note_segment(&segment, 4)?, &arena)?;
    let btf = Btf::parse(&BTF).expect("the fixture is BTF");
    for key in &keys {
        let _ = (key.to_string(), key.is_kernel_key(), key.is_part_of_any(&keys));
        assert!(key.layout.fields().iter().all(|field| field.end() <= key.layout.size));
        for mut layout in [key.layout, key.layout] {
            layout.claim.kernel = &["flow"];
            let _ = reports(&[&key.layout, &layout], &btf, "the fixture");
        }
    }
    Ok(())
}

#[test]
fn every_truncation_is_an_error() {
    let whole = descriptor();
    assert_eq!(use_all(whole), Ok(()));
    for len in 0..whole.len() {
        assert!(use_all(&whole[..len]).is_err(), "{len} bytes of {}", whole.len());
    }
    assert!(matches!(use_all(&[whole, &[0]].concat()), Err(NoteError::Trailing { .. })));
}

#[test]
fn a_later_version_says_so() {
    let segment = segment(VERSION + 1, descriptor());
    let notes = note_segment(&segment, 4).expect("one note");
    let error = keys(&notes, &Arena::new()).expect_err("the version is not known");
    assert_eq!(error, NoteError::Version { found: VERSION + 1 });
    assert!(error.to_string().contains("use the mapkey of the version that built the binary"), "{error}");
}

#[test]
fn huge_counts_and_endless_nesting() {
    const COUNT: [u8; 9] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
    let fields = [&[0, 10, 4], COUNT.as_slice()].concat();
    assert!(matches!(use_all(&fields), Err(NoteError::Truncated { .. })));
    let elements = [&[0, 9, 4], COUNT.as_slice(), &[0, 1]].concat();
    assert!(matches!(use_all(&elements), Err(NoteError::Number { .. })));
    // An array of one array of one array.
    let nested = [vec![0], [9, 1, 1].repeat(1000)].concat();
    assert!(matches!(use_all(&nested), Err(NoteError::Depth { .. })));
    // Structs without fields, each a field.
    let many = [vec![0, 10, 4, 0xff, 0xff, 0x7f], [0, 0, 0, 10, 1, 0].repeat(20_000)].concat();
    assert!(use_all(&many).is_err());
    let variants = [vec![0, 7, 1, 0xff, 0xff, 0x7f], [0, 0].repeat(20_000)].concat();
    assert!(matches!(use_all(&variants), Err(NoteError::Parts { .. })));
}

#[test]
fn names_that_a_terminal_would_obey() {
    assert!(matches!(use_all(b"\x03\x1b[2\x0b\x01"), Err(NoteError::Text { offset: 1 })));
    assert!(matches!(use_all(b"\x01\xff\x0b\x01"), Err(NoteError::Text { offset: 1 })));
}

#[test]
fn what_no_compiler_lays_out() {
    for (why, layout) in [
        ("an integer of three bytes", &[0, 0, 3][..]),
        ("a wide bool", &[0, 6, 2]),
        ("nothing", &[0, 15, 0]),
        ("an array larger than its elements", &[0, 9, 4, 3, 0, 1]),
        ("a transparent struct of two", &[0, 11, 2, 2, 0, 2, b'a', 0, 0, 1, 0, 2, b'b', 1, 0, 1]),
        ("a field behind the end", &[0, 10, 1, 1, 0, 2, b'a', 1, 0, 1]),
        ("two fields in one place", &[0, 10, 2, 2, 0, 2, b'a', 0, 0, 1, 0, 2, b'b', 0, 0, 1]),
    ] {
        assert!(matches!(use_all(layout), Err(NoteError::Inconsistent { .. })), "{why}: {:?}", use_all(layout));
    }
}

/// A program whose headers all name the same notes is read once and no more.
#[test]
fn segments_that_overlap() {
    let mut file = vec![0; 64];
    file[..7].copy_from_slice(&[0x7f, b'E', b'L', b'F', 2, 1, 1]);
    file[20] = 1; // e_version
    file[32..40].copy_from_slice(&64u64.to_le_bytes()); // e_phoff
    file[52..58].copy_from_slice(&[64, 0, 56, 0, 0, 8]); // e_ehsize, e_phentsize, 2048 of them
    let note = segment(VERSION, descriptor()).repeat(100);
    let offset = 64 + 2048 * 56;
    for _ in 0..2048 {
        let mut header = [0u8; 56];
        header[0] = 4; // PT_NOTE
        header[8..16].copy_from_slice(&u64::to_le_bytes(offset));
        header[32..40].copy_from_slice(&(note.len() as u64).to_le_bytes());
        file.extend(header);
    }
    file.extend(note);
    assert!(matches!(notes(&file), Err(NoteError::Elf { message }) if message == "its notes overlap"));
}

proptest! {
    #[test]
    fn random_descriptors(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = use_all(&bytes);
    }

    #[test]
    fn changed_descriptors(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let mut bytes = descriptor().to_vec();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let _ = use_all(&bytes);
    }

    /// Headers stand at the file's start, so most changes are made there.
    #[test]
    fn changed_binaries(
        changes in prop::collection::vec((0usize..2048, any::<u8>()), 1..4),
        len in any::<prop::sample::Index>(),
    ) {
        let mut bytes = BINARY[..len.index(BINARY.len()).max(4)].to_vec();
        for (at, value) in changes {
            let at = at % bytes.len();
            bytes[at] = value;
        }
        if let Ok(notes) = notes(&bytes) {
            let _ = keys(&notes, &Arena::new());
        }
    }
}
