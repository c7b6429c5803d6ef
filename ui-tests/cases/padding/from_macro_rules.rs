use mapkey_ebpf::MapKey;

macro_rules! key {
    ($name:ident { $($field:ident: $ty:ty),* }) => {
        #[derive(Clone, Copy, MapKey)]
        #[repr(C)]
        struct $name {
            $($field: $ty),*
        }
    };
}

key!(Key { kind: u8, port: u32 });

fn main() {}
