//! Does with an input all that a user of the reader could.

use mapkey_layout::btf::{Btf, BtfError};
use mapkey_layout::types::{MAX_DEPTH, MAX_FLATTENED, Shape, TypeNames, TypeTable, TypeUse};

const WANTED: [&str; 3] = ["a", "key", "sk_buff"];

/// More ids than these only make an input slower.
const IDS: u32 = 256;

pub fn use_all(data: &[u8]) -> Result<(), BtfError> {
    let index = Btf::parse(data)?.index(&WANTED)?;
    for name in WANTED {
        let _ = index.load(&index.candidates(name).ids).map(|(types, uses)| walk_all(&types, &uses));
    }
    for id in 0..index.type_count().saturating_add(2).min(IDS) {
        let _ = index.name_of(id);
        let _ = index.type_name(id).len();
        let _ = index.load(&[id]).map(|(types, uses)| walk_all(&types, &uses));
    }
    let _ = index.named_composites().count();
    let _ = index.nearest_names("sk_bufff", 3).len();
    Ok(())
}

fn walk_all(types: &TypeTable<'_>, uses: &[TypeUse]) {
    for &ty in uses {
        assert!(walk(types, ty, 0) <= MAX_FLATTENED);
    }
}

/// Walks as if nothing could go wrong, for that is the table's promise.
fn walk(types: &TypeTable<'_>, ty: TypeUse, depth: u32) -> u64 {
    assert!(depth <= MAX_DEPTH);
    let found = types.get(ty.index);
    let bits = found.size.checked_mul(8).expect("a size in bits is a u64");
    assert!(found.size.is_multiple_of(found.align));
    let mut members = 0;
    if let Shape::Array { element, len } = found.shape {
        members += walk(types, element, depth + 1);
        assert_eq!(found.size, types.get(element.index).size * u64::from(len));
    }
    for member in types.members(ty.index) {
        let size = member.bit_size.map_or(types.get(member.ty.index).size * 8, u64::from);
        assert!(member.bit_offset + size <= bits);
        members += 1 + walk(types, member.ty, depth + 1);
    }
    let _ = types.enumerators(ty.index).len();
    members
}
