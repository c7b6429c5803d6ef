//! `docs/compatibility.md` shows what the comparisons give: each cell of its tables is a test.

mod arrays;
mod integers;
mod integers_as;
mod layouts;
mod names;
mod qualifiers;
mod scalars;
mod structs;
mod table;

use table::{Table, documented};

const TABLES: [&Table; 8] = [
    &integers::TABLE,
    &integers_as::TABLE,
    &qualifiers::TABLE,
    &scalars::TABLE,
    &arrays::TABLE,
    &structs::TABLE,
    &layouts::TABLE,
    &names::TABLE,
];

#[test]
fn the_document_has_these_tables_and_no_others() {
    let mut expected = String::new();
    let mut differ = Vec::new();
    let documented = documented();
    for (place, table) in TABLES.iter().enumerate() {
        assert!(table.is_whole(), "{}", table.title);
        let lines = table.lines();
        expected += &format!("\n## {}\n\n", table.title);
        for line in &lines {
            expected += &format!("| {} |\n", line.join(" | "));
        }
        if documented.get(place).is_none_or(|(title, shown)| title != table.title || *shown != lines) {
            differ.push(table.title);
        }
    }
    assert!(differ.is_empty(), "{differ:?} differ; these tables are what the comparisons give:\n{expected}");
    assert_eq!(documented.len(), TABLES.len());
}

/// Types that several tables use. Their layouts are compared, no value of them is made.
#[allow(dead_code)]
mod types {
    use mapkey_runtime::{Be, MapKey};

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    pub(crate) struct Hop {
        addr: Be<u32>,
        port: u16,
        flags: u16,
    }

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    pub(crate) struct InAddr {
        s_addr: Be<u32>,
    }

    #[derive(Clone, Copy, MapKey)]
    #[repr(C, packed)]
    pub(crate) struct In6Addr {
        #[mapkey(rename = "in6_u.u6_addr8")]
        octets: [u8; 16],
    }

    #[derive(Clone, Copy, MapKey)]
    #[repr(u32)]
    pub(crate) enum Color {
        Red = 1,
        Green = 2,
        Blue = 4,
    }

    #[derive(Clone, Copy, MapKey)]
    #[repr(i32)]
    pub(crate) enum Verdict {
        Unknown = -1,
        Pass = 0,
        Drop = 1,
    }

    #[derive(Clone, Copy, MapKey)]
    #[repr(u64)]
    pub(crate) enum Wide {
        None = 0,
        Some = 1,
    }

    macro_rules! wrappers {
        ($($name:ident($content:ty))*) => {$(
            #[derive(Clone, Copy, MapKey)]
            #[repr(transparent)]
            pub(crate) struct $name($content);
        )*};
    }
    wrappers! {
        U8(u8) U16(u16) U32(u32) U64(u64) I8(i8) I16(i16) I32(i32) I64(i64)
        Be16(Be<u16>) Be32(Be<u32>) Be64(Be<u64>)
        Le16(mapkey_runtime::Le<u16>) Le32(mapkey_runtime::Le<u32>) Le64(mapkey_runtime::Le<u64>)
    }
}
