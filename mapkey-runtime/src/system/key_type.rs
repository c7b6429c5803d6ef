//! What a map's BTF says of its keys, for lists and for telling maps apart.

use mapkey_layout::{TypeKind, TypeLayout};

use crate::map::{Map, MapInfo, full_names};
use crate::sys::NAME_KEPT;

/// Whether the keys of two maps are of one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum SameKey {
    /// Both BTFs have the same type: name, size and all fields.
    Yes,
    /// Their types or their sizes differ.
    No,
    /// The sizes are equal, and at least one of the maps has no BTF for its keys that could be read.
    SizeOnly,
}

pub(super) fn layout(map: &Map) -> Option<TypeLayout> {
    map.key_source().ok()?.designated_layout()?.ok()
}

/// As C writes the type: `struct flow_key`.
pub(super) fn spell(layout: &TypeLayout) -> Option<String> {
    if layout.name.is_empty() {
        return None;
    }
    let keyword = match layout.kind {
        TypeKind::Struct => "struct ",
        TypeKind::Union => "union ",
        TypeKind::Enum => "enum ",
        _ => "",
    };
    Some(format!("{keyword}{}", layout.name))
}

pub(super) fn compare(a: &Map, b: &Map) -> SameKey {
    if a.info().key_size != b.info().key_size {
        return SameKey::No;
    }
    match (layout(a), layout(b)) {
        (Some(a), Some(b)) => {
            let is_same = a.name == b.name && a.kind == b.kind && a.size == b.size && a.fields == b.fields;
            if is_same { SameKey::Yes } else { SameKey::No }
        }
        _ => SameKey::SizeOnly,
    }
}

/// Whether two maps can have one name in their objects: the kernel keeps 15 bytes of it, their BTF the rest.
pub(super) fn same_name(a: &MapInfo, b: &MapInfo) -> bool {
    if a.name.is_empty() || a.name != b.name {
        return false;
    }
    if a.name.len() < NAME_KEPT {
        return true;
    }
    let (a, b) = (full_names(a), full_names(b));
    a.is_empty() || b.is_empty() || a.iter().any(|name| b.contains(name))
}
