//! The shapes of everything that the kernel has: unions in structs in arrays, bit-fields, flexible arrays.

use super::*;
use crate::Source;
use crate::explain::shape::mark;

/// Larger structs are nobody's key.
const LARGEST: u64 = 256;

/// Hands the shape of every named struct and union of the kernel to `work`; the number of shapes.
fn every_shape(mut work: impl FnMut(&KeyShape)) -> usize {
    let Ok(kernel) = Source::kernel() else {
        println!("skipped: the kernel has no BTF");
        return 0;
    };
    let btf = kernel.btf().unwrap();
    let index = btf.index(&[]).unwrap();
    let ids: Vec<u32> = index.named_composites().collect::<Result<_, _>>().unwrap();
    let (table, types) = index.load(&ids).unwrap();
    let mut count = 0;
    for ty in types {
        if (1..=LARGEST).contains(&table.get(ty.index).size) {
            work(&KeyShape::of_type(&table, ty).unwrap());
            count += 1;
        }
    }
    count
}

#[test]
fn every_bit_is_a_fields_or_paddings() {
    every_shape(|shape| {
        let fields = Wanted::of(&vec![0; shape.size()]).fields(shape);
        let mut owned = vec![0; shape.size()];
        for leaf in &fields.leaves {
            let mut own = vec![0; shape.size()];
            mark(&mut own, leaf.bit_offset, leaf.bit_size);
            assert!(leaf.bit_offset + leaf.bit_size <= shape.size() * 8, "{} {}", shape.name(), leaf.path);
            assert!(own.iter().zip(&owned).all(|(a, b)| a & b == 0), "{}: {} overlaps", shape.name(), leaf.path);
            owned.iter_mut().zip(own).for_each(|(owned, own)| *owned |= own);
        }
        assert!(owned.iter().zip(&fields.padding).all(|(a, b)| a ^ b == 0xff), "{}", shape.name());
        for twin in &fields.twins {
            assert!(twin.moves.iter().all(|moved| moved.from + moved.len <= shape.size()), "{} {twin:?}", shape.name());
        }
    });
}

#[test]
fn every_field_is_found_by_its_path() {
    every_shape(|shape| {
        let fields = Wanted::of(&vec![0; shape.size()]).fields(shape);
        let mut paths = std::collections::HashSet::new();
        // Two members can have one name only in different members of a union, or as C++ would not have it.
        for leaf in fields.leaves.iter().filter(|leaf| paths.insert(&leaf.path)) {
            let place =
                shape.find(&leaf.path).unwrap_or_else(|error| panic!("{} {}: {error:?}", shape.name(), leaf.path));
            let is_same = place.bit_offset == leaf.bit_offset;
            assert!(is_same || place.part.type_name == leaf.type_name, "{} {}", shape.name(), leaf.path);
        }
    });
}

#[test]
fn no_shape_makes_a_scan_panic() {
    let mut random = 0x2545_f491_4f6c_dd1du64;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random
    };
    let mut skipped = 0;
    every_shape(|shape| {
        // Some of them: a scan of one takes longer than reading all.
        skipped += 1;
        if skipped % 303 != 0 {
            return;
        }
        let mut key = || (0..shape.size()).map(|_| if next() % 3 == 0 { next().to_ne_bytes()[0] } else { 0 }).collect();
        let (wanted, entries): (Vec<u8>, Vec<Vec<u8>>) = (key(), (0..3).map(|_| key()).collect());
        for map_type in [MapType::HASH, MapType::LPM_TRIE] {
            let answer = look(map_type, shape, &Wanted::of(&wanted), &entries);
            let confident = answer.causes.iter().find(|cause| cause.confidence > 0.5 && cause.entry.is_some());
            let is_trie_or_tiny = map_type == MapType::LPM_TRIE || shape.size() < 16;
            assert!(confident.is_none() || is_trie_or_tiny, "{} {answer}", shape.name());
        }
    });
}
