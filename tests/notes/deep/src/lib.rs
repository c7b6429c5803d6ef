//! Keys that a program has by a dependency of a dependency. Nobody refers to the module that has them.
#![no_std]
#![forbid(unsafe_code)]

/// Keys of tries.
pub mod tries {
    use mapkey_ebpf::MapKey;

    /// Linux 6.9 gave the kernel's key this name, as did its stable branches from 6.1 on.
    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    #[mapkey(kernel = "bpf_lpm_trie_key_u8")]
    pub struct NewTrieKey {
        /// Bits of `data` that count.
        #[mapkey(rename = "prefixlen")]
        pub prefixlen: u32,
        /// The address.
        pub data: [u8; 8],
    }

    /// Under the older name.
    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    #[mapkey(kernel = "bpf_lpm_trie_key")]
    pub struct OldTrieKey {
        /// Bits of `data` that count.
        #[mapkey(rename = "prefixlen")]
        pub prefixlen: u32,
        /// The address.
        pub data: [u8; 8],
    }

    /// Under either.
    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    #[mapkey(kernel("bpf_lpm_trie_key_u8", "bpf_lpm_trie_key"))]
    pub struct TrieKey {
        /// Bits of `data` that count.
        #[mapkey(rename = "prefixlen")]
        pub prefixlen: u32,
        /// The address.
        pub data: [u8; 8],
    }
}

/// What the crate above uses of this one.
#[must_use]
pub const fn answer() -> u32 {
    42
}
