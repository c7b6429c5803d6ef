//! Raw BTF: the input is a header's rest, or, where it starts with a magic number, all of it.
#![no_main]

use libfuzzer_sys::fuzz_target;

mod use_all;

fuzz_target!(|data: &[u8]| {
    let _ = use_all::use_all(data);
    // Most of what a fuzzer makes has no right header: give it one around a type and a string section.
    let Some((&cut, rest)) = data.split_first() else { return };
    let (types, strings) = rest.split_at(rest.len() * usize::from(cut) / 256 / 4 * 4);
    let words = [24, 0, types.len(), types.len(), strings.len() + 1];
    for big in [false, true] {
        let mut file = if big { vec![0xeb, 0x9f, 1, 0] } else { vec![0x9f, 0xeb, 1, 0] };
        for word in words {
            let word = word as u32;
            file.extend(if big { word.to_be_bytes() } else { word.to_le_bytes() });
        }
        file.extend(types);
        file.extend(strings);
        file.push(0);
        let _ = use_all::use_all(&file);
    }
});
