//! Derived code in surroundings that could break it: names of the user's own that shadow what it
//! uses, macros, `cfg`, function bodies, deprecated parts. `hygiene/` has what needs a crate of its
//! own. Much of it is tested by compiling.
#![forbid(unsafe_code)]
#![deny(warnings)]

use mapkey_ebpf::MapKey;

mod shadowed {
    //! The names that derived code uses mean something else here.
    #![allow(non_camel_case_types, dead_code)]

    mod core {}
    mod std {}
    mod mapkey_ebpf {}
    mod bytemuck {}
    struct Option;
    struct Some;
    struct None;
    struct Layout;
    struct Field;
    struct Kind;
    struct Claim;
    struct i128;
    struct str;
    trait Copy {}
    trait NoUninit {}
    trait MapKey {}
    fn size_of() {}
    macro_rules! offset_of {
        () => {};
    }
    macro_rules! panic {
        () => {};
    }
    const LAYOUT: () = ();
    const LEN: usize = 2;

    #[derive(::core::clone::Clone, ::core::marker::Copy, ::mapkey_ebpf::MapKey)]
    #[repr(C)]
    #[mapkey(kernel = "key", btf = "key", prefix, size = 12)]
    pub(super) struct Key {
        #[mapkey(rename = "other")]
        pub(super) ports: [u16; LEN],
        pub(super) state: State,
        _pad: ::mapkey_ebpf::Padding<7>,
    }

    #[derive(::core::clone::Clone, ::core::marker::Copy, ::mapkey_ebpf::MapKey)]
    #[repr(u8)]
    pub(super) enum State {
        None,
        Some,
    }

    offset_of!();
    panic!();
}

#[test]
fn shadowed_names_are_not_used() {
    let key = shadowed::Key::new([0x0101, 0x0202], shadowed::State::Some);
    assert_eq!(key.as_bytes(), [1, 1, 2, 2, 1, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!((key.ports, key.state as u8), ([0x0101, 0x0202], 1));
    assert!(matches!(shadowed::State::from_bytes(&[0]), Ok(shadowed::State::None)));
}

mod made_by_a_macro {
    use mapkey_ebpf::{MapKey, Padding};

    macro_rules! keys {
        ($($vis:vis $name:ident[$kernel:literal, $size:expr] {
            $($field_vis:vis $field:ident: $ty:ty = $member:literal),* $(,)?
        })*) => {$(
            #[derive(Clone, Copy, MapKey)]
            #[repr(C)]
            #[mapkey(kernel = $kernel, btf = "made", size = $size)]
            $vis struct $name {
                $(#[mapkey(rename = $member)] $field_vis $field: $ty,)*
            }
        )*};
    }
    macro_rules! id {
        () => {
            [u16; 2]
        };
    }

    keys! {
        pub(super) Made["made_key", 12] {
            pub(super) r#type: [u8; 2] = "kind",
            pub(super) port: u16 = "port",
            pub(super) id: id!() = "u.id",
            _pad: Padding<4> = "pad",
        }
    }
}

#[test]
fn keys_come_out_of_macros() {
    use made_by_a_macro::Made;

    let key = Made::new([1, 2], 0x0303, [0x0404, 0x0505]);
    assert_eq!(key.as_bytes(), [1, 2, 3, 3, 4, 4, 5, 5, 0, 0, 0, 0]);
    assert_eq!((key.r#type, key.port, key.id), ([1, 2], 0x0303, [0x0404, 0x0505]));
    let names: Vec<_> = Made::LAYOUT.fields().iter().map(|field| (field.name, field.rename)).collect();
    assert_eq!(names, [("type", Some("kind")), ("port", Some("port")), ("id", Some("u.id")), ("_pad", Some("pad"))],);
    assert_eq!(Made::LAYOUT.claim.kernel, ["made_key"]);
}

#[derive(Clone, Copy, MapKey)]
#[repr(C)]
#[cfg_attr(all(), mapkey(size = 8), mapkey(kernel = "conditional"))]
struct Conditional {
    id: u32,
    #[cfg(any())]
    absent: u64,
    #[cfg(not(any()))]
    #[cfg_attr(any(), mapkey(unknown))]
    present: u32,
}

#[test]
fn fields_and_attributes_under_cfg() {
    let key = Conditional::new(1, 2);
    assert_eq!((key.id, key.present), (1, 2));
    let names: Vec<_> = Conditional::LAYOUT.fields().iter().map(|field| field.name).collect();
    assert_eq!(names, ["id", "present"]);
}

#[test]
fn keys_in_a_function_body() {
    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    #[mapkey(kernel = "local")]
    struct Local {
        r#fn: u32,
        state: State,
    }

    #[derive(Clone, Copy, MapKey)]
    #[repr(u32)]
    enum State {
        Known = 3,
    }

    let key = Local::new(1, State::Known);
    assert_eq!((key.r#fn, key.state as u32), (1, 3));
    assert_eq!(Local::LAYOUT.fields()[0].name, "fn");
}

mod deprecated {
    use mapkey_ebpf::MapKey;

    /// The author of a deprecated key is not warned of it.
    #[deprecated]
    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    #[mapkey(kernel = "old")]
    pub(super) struct Old {
        id: u32,
    }

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    #[allow(non_snake_case)] // of the field, which `new` repeats
    pub(super) struct OldField {
        #[deprecated]
        id: u32,
        newId: u32,
    }
}

#[test]
#[allow(deprecated)]
fn deprecated_keys_work() {
    assert_eq!(deprecated::Old::new(1).as_bytes().len(), 4);
    assert_eq!(deprecated::OldField::new(1, 2).as_bytes().len(), 8);
}
