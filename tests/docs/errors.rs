//! Every error that is no refusal of the compiler and no report, made as its users make it, and the errors
//! of the BTF reader, whose own tests read what is broken in each of these ways.

use std::fs;
use std::mem::discriminant;
use std::path::PathBuf;

use mapkey_layout::btf::BtfError;
use mapkey_layout::{Origin, generate};
use mapkey_runtime::{
    Be, FixedStr, Ipv4, Ipv6, KernelConfig, LpmKey, Mac, MapKey, Source, UnpackError, Validate, validate_many,
};

use super::file;

/// Each of these fails, or the message is nobody's.
const REFUSED: &str = "an error";

#[derive(Clone, Copy, Debug, MapKey)]
#[repr(u8)]
#[allow(dead_code)]
enum State {
    Off = 0,
    On = 1,
}

#[derive(Clone, Copy, Debug, MapKey)]
#[repr(C)]
struct ConnKey {
    port: Be<u16>,
    state: State,
    open: bool,
}

macro_rules! keys {
    ($($name:ident $btf:literal)*) => {$(
        #[derive(Clone, Copy, MapKey)]
        #[repr(C)]
        #[mapkey(kernel = $btf)]
        struct $name {
            a: u32,
        }
    )*};
}
keys! { Misspelled "flwo" Declared "only_declared" NoMember "sock.__sk_comon" Opaque "c_opaque" Flow "flow" }

/// All messages, line by line.
pub(crate) fn produced() -> Vec<String> {
    let mut messages = values();
    messages.extend(not_checkable());
    messages.extend(sources());
    messages.extend(packed());
    messages.push(no_configuration());
    messages.extend(btf().iter().map(ToString::to_string));
    messages.iter().flat_map(|message| message.lines()).map(super::squeezed).collect()
}

fn values() -> Vec<String> {
    vec![
        ConnKey::from_bytes(&[0; 8]).expect_err(REFUSED).to_string(),
        ConnKey::from_bytes(&[0, 80, 7, 0]).expect_err(REFUSED).to_string(),
        ConnKey::from_bytes(&[0, 80, 1, 2]).expect_err(REFUSED).to_string(),
        State::from_bytes(&[2]).expect_err(REFUSED).to_string(),
        bool::from_bytes(&[3]).expect_err(REFUSED).to_string(),
        FixedStr::<16>::new("a name that is too long").expect_err(REFUSED).to_string(),
        FixedStr::<16>::new("eth0\0eth1").expect_err(REFUSED).to_string(),
        FixedStr::<0>::new("").expect_err(REFUSED).to_string(),
        LpmKey::new(33, Ipv4::new(10, 0, 0, 0)).expect_err(REFUSED).to_string(),
        "10.0.0".parse::<Ipv4>().expect_err(REFUSED).to_string(),
        "10.0.0".parse::<Ipv6>().expect_err(REFUSED).to_string(),
        "10.0.0".parse::<Mac>().expect_err(REFUSED).to_string(),
        "::1".parse::<Ipv4>().expect_err(REFUSED).to_string(),
        "10.0.0.1".parse::<Ipv6>().expect_err(REFUSED).to_string(),
        "10.0.0.1".parse::<Mac>().expect_err(REFUSED).to_string(),
    ]
}

/// Paths as a user has them.
fn fixture(name: &str, called: &str) -> Source {
    let path = format!("{}/fixtures/{name}.btf", env!("CARGO_MANIFEST_DIR"));
    Source::bytes(fs::read(path).expect("a fixture"), called).expect("BTF")
}

fn error_of<K: MapKey>(source: &Source) -> String {
    K::validate_against(source).expect_err(REFUSED).to_string()
}

fn not_checkable() -> Vec<String> {
    let (flow, other) = (fixture("counterparts", "flow.bpf.o"), fixture("compatibility", "flow.bpf.o"));
    // The first record is of a kind that nobody knows.
    let mut broken = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/counterparts.btf")).expect("a fixture");
    broken[24 + 7] = 63;
    let broken = Source::bytes(broken, "flow.bpf.o").expect("the header is whole");
    let many = validate_many(&flow, &[&Misspelled::LAYOUT, &Declared::LAYOUT]).expect_err(REFUSED).to_string();
    let print = |name| {
        let btf = other.btf().expect("BTF");
        generate(name, &btf, "flow.bpf.o", Origin::Object).expect_err(REFUSED).to_string()
    };
    vec![
        error_of::<Misspelled>(&flow),
        error_of::<Declared>(&flow),
        error_of::<NoMember>(&flow),
        error_of::<Opaque>(&other),
        error_of::<[u8; 4]>(&flow),
        error_of::<Flow>(&broken),
        many,
        print("color"),
        print("c_empty"),
    ]
}

/// A file system to look for a kernel's BTF in.
struct Root(PathBuf);

impl Root {
    fn new(name: &str) -> Self {
        let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("docs").join(name);
        if root.exists() {
            fs::remove_dir_all(&root).expect("what an earlier run left can be removed");
        }
        fs::create_dir_all(&root).expect("a folder");
        Self(root)
    }

    fn with(self, path: &str, content: &[u8]) -> Self {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("a file");
        self
    }

    /// The message, with paths as they are on a real system.
    fn message<T>(&self, result: Result<T, impl ToString>) -> String {
        let Err(error) = result else { panic!("{} has what was to be missing", self.0.display()) };
        error.to_string().replace(&self.0.display().to_string(), "")
    }

    fn kernel(&self) -> String {
        self.message(Source::kernel_under(&self.0, "6.1.0"))
    }

    fn module(&self) -> String {
        self.message(Source::module_under(&self.0, "6.1.0", "nf_conntrack"))
    }
}

fn sources() -> Vec<String> {
    const VMLINUX: &str = "sys/kernel/btf/vmlinux";
    const MODULE: &str = "sys/kernel/btf/nf_conntrack";
    let kernel = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/counterparts.btf")).expect("a fixture");
    let with_kernel = |name| Root::new(name).with(VMLINUX, &kernel);
    let header_only: Vec<u8> =
        [0xeb9f_u16.to_le_bytes().to_vec(), vec![1, 0], 24_u32.to_le_bytes().to_vec(), vec![0; 16]].concat();
    let files = Root::new("files").with("notes.txt", b"hello");
    let path = |name: &str| files.0.join(name);
    vec![
        Root::new("no sysfs").kernel(),
        Root::new("not configured").with("sys/kernel/x", b"").with("boot/config-6.1.0", b"CONFIG_BPF=y\n").kernel(),
        Root::new("none").with("sys/kernel/x", b"").kernel(),
        Root::new("broken").with(VMLINUX, b"#!/bin/sh").kernel(),
        // Root may read everything: see the test of `mapkey_runtime::kernel`.
        literal(
            "mapkey-runtime/src/kernel.rs",
            "no BTF of the running kernel 6.1.0: no right to read /sys/kernel/btf/vmlinux",
        ),
        with_kernel("not loaded").module(),
        with_kernel("not built").with("sys/module/nf_conntrack/initstate", b"live").module(),
        with_kernel("empty").with(MODULE, &header_only).module(),
        with_kernel("other kernel").with(MODULE, b"#!/bin/sh").module(),
        files.message(Source::file(path("flow.bpf.o"))),
        files.message(Source::file(path("notes.txt"))),
    ]
}

/// Files that hold others.
fn packed() -> Vec<String> {
    let cut_off = |mut image: Vec<u8>| {
        image.resize(4096, 0);
        image[0x202..0x206].copy_from_slice(b"HdrS");
        image[0x24c..0x250].copy_from_slice(&8_388_608_u32.to_le_bytes());
        image
    };
    let arm64 = |parts: &[u8]| {
        let mut image = vec![0; 0x38];
        image.extend(b"ARM\x64");
        parts.iter().for_each(|_| {
            image.extend(b"\x9f\xeb\x01\0\x18\0\0\0\0\0\0\0\x04\0\0\0\x04\0\0\0\x04\0\0\0\x01\0\0\0\0a\0\0")
        });
        image
    };
    let files = Root::new("packed")
        .with("nf_conntrack.ko.gz", b"\x1f\x8b\x08")
        .with("nf_conntrack.ko.lzo", b"\x89LZO\0\r\n\x1a\n")
        .with("vmlinuz", &cut_off(b"MZ".to_vec()))
        .with("Image", &arm64(&[]))
        .with("Image.two", &arm64(&[1, 2]));
    let open = |name: &str| files.message(Source::file(files.0.join(name)));
    vec![
        open("nf_conntrack.ko.gz"),
        open("nf_conntrack.ko.lzo"),
        open("vmlinuz"),
        open("Image"),
        open("Image.two"),
        // Files of half a gigabyte are for the tests of the reader.
        UnpackError::TooLarge { format: "xz", command: "xz -dk", limit: 1 << 29 }.to_string(),
        UnpackError::TooDeep { limit: 4 }.to_string(),
    ]
}

fn no_configuration() -> String {
    let root = Root::new("no configuration");
    root.message(KernelConfig::under(&root.0, "6.1.0"))
}

/// A message that only a test in `path` can provoke.
fn literal(path: &str, message: &str) -> String {
    assert!(file(path).contains(message), "{path} has a test for {message}");
    message.to_owned()
}

/// One error of every variant.
#[allow(clippy::too_many_lines)] // a list
fn btf() -> Vec<BtfError> {
    let (id, offset) = (7, 4096);
    vec![
        BtfError::Magic { found: b"#!/b".to_vec() },
        BtfError::Compressed { format: "gzip", command: "gzip -dk" },
        BtfError::Elf { message: "Invalid ELF section header offset/size/alignment".to_owned() },
        BtfError::NoBtfSection,
        BtfError::DistilledBase,
        BtfError::Base { reason: "it is split BTF itself" },
        BtfError::Base { reason: "its byte order is another" },
        BtfError::NoBtfContent { reason: "it only reserves space" },
        BtfError::NoBtfContent { reason: "it is compressed" },
        BtfError::Version { found: 2, offset: 2 },
        BtfError::Flags { found: 1, offset: 3 },
        BtfError::HeaderLength { found: 20, offset: 4 },
        BtfError::Truncated { what: "type section", offset: 24, needed: 4096, found: 21 },
        BtfError::UnterminatedStrings { offset, found: b'!' },
        BtfError::StringOffset { found: 99_999, len: 64, offset },
        BtfError::Name { found: b"a\x1b[31m".to_vec(), offset },
        BtfError::NameLength { found: b"aaaa".to_vec(), offset, limit: 512 },
        BtfError::UnknownKind { kind: 63, id, offset },
        BtfError::NotAType { kind: 12, id, offset },
        BtfError::IdOutOfRange { found: 99_999, max: 64 },
        BtfError::Cycle { id, offset },
        BtfError::TooDeep { id, offset, limit: 64 },
        BtfError::TooComplex { id, offset, found: 70_000, limit: 65_536 },
        BtfError::ArraySize { id, offset, len: u32::MAX, element: 1 << 40 },
        BtfError::MemberOutside { id, offset, member: 1, start: 64, bits: 32, size: 8 },
        BtfError::Unaligned { id, offset, member: 1, start: 3 },
    ]
}

#[test]
fn every_error_of_the_reader_is_there() {
    let mut variants: Vec<_> = btf().iter().map(discriminant).collect();
    variants.dedup();
    let declared = file("mapkey-layout/src/btf/error.rs").matches("#[error(").count();
    assert_eq!(variants.len(), declared);
}
