//! A shared library with a key of its own.

mod keys {
    #![allow(dead_code)] // nobody has to use a key for it to travel

    use mapkey_ebpf::MapKey;

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    struct SharedKey {
        id: u32,
    }
}

/// What a program calls.
#[must_use]
pub extern "C" fn mapkey_notes_answer() -> u32 {
    mapkey_notes_keys::answer()
}
