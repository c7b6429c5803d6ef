//! Bits of a key as BTF counts them: from the least significant bit of a byte on little-endian machines, from the most
//! significant one on big-endian machines (`Documentation/bpf/btf.rst`).

/// A number of at most 64 bits whose first bit is `start`. Bits behind the end of `bytes` are zero.
pub(crate) fn get_bits(bytes: &[u8], start: usize, len: u32) -> u64 {
    (0..len.min(64)).fold(0, |value, index| {
        let (byte, bit) = place(start, len, index);
        let is_set = bytes.get(byte).is_some_and(|byte| byte & bit != 0);
        value | u64::from(is_set) << index
    })
}

/// Writes the lowest `len` bits of `value`.
pub(crate) fn set_bits(bytes: &mut [u8], start: usize, len: u32, value: u64) {
    for index in 0..len.min(64) {
        let (byte, bit) = place(start, len, index);
        if let Some(byte) = bytes.get_mut(byte) {
            *byte = if value >> index & 1 == 1 { *byte | bit } else { *byte & !bit };
        }
    }
}

/// Where the bit of weight 2 to the power of `index` is.
fn place(start: usize, len: u32, index: u32) -> (usize, u8) {
    if cfg!(target_endian = "little") {
        let at = start + index as usize;
        (at / 8, 1 << (at % 8))
    } else {
        let at = start + (len - 1 - index) as usize;
        (at / 8, 0x80 >> (at % 8))
    }
}

/// Sets the bits of a mask that a field of `len` bits from `start` has.
pub(crate) fn mark(mask: &mut [u8], start: usize, len: usize) {
    let mut at = start;
    let end = start + len;
    while at < end {
        let whole = at.is_multiple_of(8) && end - at >= 8;
        let Some(byte) = mask.get_mut(at / 8) else { return };
        if whole {
            *byte = 0xff;
            at += 8;
        } else {
            let (_, bit) = place(at, 1, 0);
            *byte |= bit;
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_where_the_compiler_puts_them() {
        let mut bytes = [0; 4];
        set_bits(&mut bytes, 3, 10, 0x2a5);
        assert_eq!(get_bits(&bytes, 3, 10), 0x2a5);
        if cfg!(target_endian = "little") {
            assert_eq!(u32::from_ne_bytes(bytes), 0x2a5 << 3);
        }
        let mut mask = [0; 4];
        mark(&mut mask, 3, 10);
        set_bits(&mut bytes, 3, 10, u64::MAX);
        assert_eq!(mask, bytes);
        mark(&mut mask, 0, 32);
        assert_eq!(mask, [0xff; 4]);
    }

    #[test]
    fn whole_words_are_in_the_machines_order() {
        let bytes = 0x0123_4567_89ab_cdefu64.to_ne_bytes();
        assert_eq!(get_bits(&bytes, 0, 64), 0x0123_4567_89ab_cdef);
        assert_eq!(get_bits(&bytes[..2], 0, 64), if cfg!(target_endian = "little") { 0xcdef } else { 0x0123 << 48 });
    }
}
