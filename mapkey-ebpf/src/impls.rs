//! Keys that need no derive: integers, `bool` and arrays.

use bytemuck::NoUninit;
use mapkey_layout::{ByteOrder, Kind, Layout};

use crate::MapKey;

macro_rules! integers {
    ($signed:literal: $($int:ident)*) => {$(
        // SAFETY: an integer is all of its bytes, and every pattern of bits is a value.
        unsafe impl MapKey for $int {
            const LAYOUT: Layout =
                Layout::of::<$int>(stringify!($int), Kind::Int { signed: $signed, order: ByteOrder::Native });
        }
    )*};
}

integers!(false: u8 u16 u32 u64);
integers!(true: i8 i16 i32 i64);

// SAFETY: `Kind::Bool` admits the bytes 0 and 1 alone, which are `false` and `true`.
unsafe impl MapKey for bool {
    const LAYOUT: Layout = Layout::of::<bool>("bool", Kind::Bool);
}

// bytemuck implements `NoUninit` for arrays of `Pod` types and of `bool`, not for arrays of derived
// keys, and nobody else may: these are keys inside a derived key only.
// SAFETY: an array is its elements, one behind the other without gaps.
unsafe impl<T: MapKey, const N: usize> MapKey for [T; N]
where
    [T; N]: NoUninit,
{
    const LAYOUT: Layout = Layout::of::<[T; N]>("", Kind::Array { element: &T::LAYOUT, len: N });
}
