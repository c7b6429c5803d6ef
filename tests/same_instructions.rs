//! A derived key costs nothing in a bpf program: two programs that count flows, one under a derived
//! key, one under a struct written by hand (`tests/bpf`), have the same instructions and make the
//! same keys.

use aya::Ebpf;
use aya::maps::HashMap;
use aya::programs::{TestRun, TestRunOptions, Xdp};
use mapkey_ebpf::{Be, MapKey, Padding};
use mapkey_tests::{Kernel, kernel_or_skip};
use object::{Object, ObjectSection, ObjectSymbol, RelocationTarget};

const OBJECT: &[u8] = include_bytes!("fixtures/same-instructions.bpf.o");
const DERIVED: &str = "count_derived";
const HAND_WRITTEN: &str = "count_hand_written";

/// The same key as in the programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
#[repr(C)]
struct FlowKey {
    saddr: Be<u32>,
    daddr: Be<u32>,
    sport: Be<u16>,
    dport: Be<u16>,
    #[mapkey(rename = "l4_proto")]
    proto: u8,
    _pad: Padding<3>,
}

const SADDR: u32 = 0xc000_0201;
const DADDR: u32 = 0xc633_6402;
const SPORT: u16 = 49_152;
const DPORT: u16 = 443;
const PROTO: u8 = 6;

/// What the programs read: native integers, then garbage where the padding of a careless copy would
/// come from.
fn packet() -> [u8; 64] {
    let mut packet = [0xa5; 64];
    packet[0..4].copy_from_slice(&SADDR.to_ne_bytes());
    packet[4..8].copy_from_slice(&DADDR.to_ne_bytes());
    packet[8..10].copy_from_slice(&SPORT.to_ne_bytes());
    packet[10..12].copy_from_slice(&DPORT.to_ne_bytes());
    packet[12] = PROTO;
    packet
}

/// A program as the object has it before it is loaded.
struct Code {
    instructions: Vec<[u8; 8]>,
    /// Byte offset in the program, relocation type and name of what the instruction refers to.
    references: Vec<(u64, object::elf::RelocationType, String)>,
}

fn code_of(program: &str) -> Code {
    let object = object::File::parse(OBJECT).expect("the fixture is an ELF file");
    let symbol = object.symbols().find(|symbol| symbol.name() == Ok(program)).expect("the program is in the object");
    let section = object.section_by_index(symbol.section_index().expect("it is defined")).expect("its section exists");
    let data = section.data().expect("the section has bytes");
    let start = usize::try_from(symbol.address()).expect("a small section");
    let end = start + usize::try_from(symbol.size()).expect("a small program");
    let (instructions, rest) = data[start..end].as_chunks();
    assert!(rest.is_empty(), "instructions take eight bytes");

    let mut references = Vec::new();
    for (offset, relocation) in section.relocations() {
        if !(symbol.address()..symbol.address() + symbol.size()).contains(&offset) {
            continue;
        }
        let RelocationTarget::Symbol(target) = relocation.target() else { panic!("a bpf relocation has a symbol") };
        let target = object.symbol_by_index(target).expect("the symbol exists");
        let object::RelocationFlags::Elf { r_type } = relocation.flags() else { panic!("an ELF file") };
        references.push((offset - symbol.address(), r_type, target.name().expect("it has a name").to_owned()));
    }
    Code { instructions: instructions.to_vec(), references }
}

#[test]
fn instructions_are_the_same() {
    let derived = code_of(DERIVED);
    let hand_written = code_of(HAND_WRITTEN);
    // A program that was optimised away would be equal too.
    assert!(derived.instructions.len() > 30, "{} instructions", derived.instructions.len());
    assert_eq!(derived.instructions, hand_written.instructions);

    let with_one_map = |code: &Code, map: &str| -> Vec<_> {
        let rename = |name: &String| if name == map { "the map".to_owned() } else { name.clone() };
        code.references.iter().map(|(offset, kind, name)| (*offset, *kind, rename(name))).collect()
    };
    let references = with_one_map(&derived, "derived");
    assert!(references.iter().any(|(_, _, name)| name == "the map"), "{references:?}");
    assert_eq!(references, with_one_map(&hand_written, "hand_written"));
}

#[test]
fn keys_are_the_same_on_both_sides() {
    if !kernel_or_skip("keys_are_the_same_on_both_sides", Kernel::Programs) {
        return;
    }
    let expected = FlowKey::new(Be::new(SADDR), Be::new(DADDR), Be::new(SPORT), Be::new(DPORT), PROTO);

    let mut object = Ebpf::load(OBJECT).expect("the kernel takes the object");
    for (program, map) in [(DERIVED, "derived"), (HAND_WRITTEN, "hand_written")] {
        let xdp: &mut Xdp = object.program_mut(program).expect("in the object").try_into().expect("an XDP program");
        xdp.load().expect("the verifier accepts the program");
        for _ in 0..2 {
            let packet = packet();
            let options = TestRunOptions { data_in: Some(&packet), ..TestRunOptions::default() };
            let result = xdp.test_run(options).expect("the kernel runs the program");
            assert_eq!(result.return_value, 2, "XDP_PASS");
        }

        let map: HashMap<_, [u8; 16], u64> =
            object.map(map).expect("in the object").try_into().expect("a map of these sizes");
        let entries: Vec<_> = map.iter().map(|entry| entry.expect("nobody else writes")).collect();
        let [(key, count)] = entries[..] else { panic!("one key was written, found {entries:02x?}") };
        assert_eq!(key, expected.as_bytes());
        assert_eq!(count, 2, "the second packet found the key of the first");
        assert_eq!(FlowKey::from_bytes(&key), Ok(expected));
    }
}
