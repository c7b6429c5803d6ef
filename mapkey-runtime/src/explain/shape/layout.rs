//! A key's type as its derive has it.

use mapkey_layout::layout::{Field, Kind, Layout};
use mapkey_layout::{Annotation, ByteOrder};

use super::part::{Content, Member, Part};

pub(super) fn read(layout: &Layout<'_>) -> Part {
    let type_name = layout.spelling().to_string();
    let inner = layout.unwrapped();
    let made = |content, order| Part { type_name, size: inner.size, align: inner.align, order, content };
    match inner.kind {
        Kind::Int { signed, order } => made(if signed { Content::Signed } else { Content::Unsigned }, order),
        Kind::Bool => made(Content::Bool, ByteOrder::Native),
        Kind::Enum { signed, variants } => {
            let values = variants.iter().map(|variant| (variant.name.to_owned(), variant.value)).collect();
            made(Content::Enum { signed, values }, ByteOrder::Native)
        }
        Kind::Array { element, .. } if element.size == 1 && matches!(element.unwrapped().kind, Kind::Int { .. }) => {
            made(Content::Bytes, ByteOrder::Native)
        }
        Kind::Array { element, len } => {
            made(Content::Array { element: Box::new(read(element)), len }, ByteOrder::Native)
        }
        Kind::Struct { fields, .. } => made(Content::Struct(fields.iter().map(member).collect()), ByteOrder::Native),
        Kind::Text => made(Content::Text, ByteOrder::Native),
        Kind::Address => made(Content::Address, ByteOrder::Big),
        Kind::Pointer => made(Content::Pointer, ByteOrder::Native),
        Kind::Padding => made(Content::Padding, ByteOrder::Native),
    }
}

fn member(field: &Field<'_>) -> Member {
    let mut part = read(field.layout);
    match field.annotation {
        Annotation::None => {}
        Annotation::Bytes => part.content = Content::Bytes,
        Annotation::Pointer => part.content = Content::Pointer,
        Annotation::NetworkOrder => part.order = ByteOrder::Big,
    }
    Member { name: field.name.to_owned(), bit_offset: field.offset * 8, bits: None, part }
}
