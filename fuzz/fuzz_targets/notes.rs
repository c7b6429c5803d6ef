//! Layouts in binaries: the input as a whole ELF file, as a segment of notes, and as one note's descriptor.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mapkey_layout::layout::Layout;
use mapkey_layout::note::{Arena, VERSION, keys, note_segment, notes};

fuzz_target!(|data: &[u8]| {
    let arena = Arena::new();
    if let Ok(notes) = notes(data) {
        let _ = keys(&notes, &arena);
    }
    for align in [4, 8] {
        if let Ok(notes) = note_segment(data, align) {
            let _ = keys(&notes, &arena);
        }
    }
    // Most of what a fuzzer makes is no note: give it a right header.
    let words = [7, data.len() as u32, VERSION];
    let mut note: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
    note.extend(b"mapkey\0\0");
    note.extend(data);
    note.resize(note.len().next_multiple_of(4), 0);
    let found = note_segment(&note, 4).expect("a whole note");
    if let Ok(keys) = keys(&found, &arena) {
        for key in &keys {
            let _ = (key.to_string(), key.is_part_of_any(&keys));
            walk(&key.layout);
        }
    }
});

/// Every part lies within what contains it, as a compiler would have it.
fn walk(layout: &Layout<'_>) {
    assert!(layout.size > 0 && layout.size.is_multiple_of(layout.align));
    let _ = layout.spelling().to_string();
    let mut end = 0;
    for field in layout.fields() {
        assert!(end <= field.offset && field.end() <= layout.size);
        end = field.end();
        walk(field.layout);
    }
}
