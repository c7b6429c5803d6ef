//! Compressed files and kernel images as sources, whole, cut off and hostile.
#![cfg(feature = "compressed")]

mod support;

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use mapkey_runtime::{ImageError, Source, SourceError, UnpackError};
use support::{KERNEL, RELEASE, root};

type Compress = fn(&[u8]) -> Vec<u8>;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn lz4(bytes: &[u8]) -> Vec<u8> {
    let info = lz4_flex::frame::FrameInfo::new().content_checksum(true);
    let mut encoder = lz4_flex::frame::FrameEncoder::with_frame_info(info, Vec::new());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// As `lz4 -l` makes it, which is what a kernel's build calls.
fn old_lz4(bytes: &[u8]) -> Vec<u8> {
    let mut all = vec![0x02, 0x21, 0x4c, 0x18];
    for block in bytes.chunks(8 << 20) {
        let block = lz4_flex::block::compress(block);
        all.extend(u32::try_from(block.len()).expect("a block").to_le_bytes());
        all.extend(block);
    }
    all
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// With x86's filter, as a kernel's build has it.
fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut options = lzma_rust2::XzOptions::with_preset(1);
    options.prepend_pre_filter(lzma_rust2::filter::FilterType::BcjX86, 0);
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), options).expect("options");
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn lzma(bytes: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::LzmaOptions::with_preset(1);
    let mut encoder = lzma_rust2::LzmaWriter::new_use_header(Vec::new(), &options, None).expect("options");
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

const FORMATS: [(&str, Compress); 7] =
    [("gzip", gzip), ("xz", xz), ("zstd", zstd), ("lz4", lz4), ("lz4", old_lz4), ("bzip2", bzip2), ("lzma", lzma)];

fn kernel() -> Vec<u8> {
    fs::read(KERNEL).expect("the example's file")
}

/// A file with this content, and the folder that has to live as long.
fn file(content: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = root(&[("file", content)]);
    let path = folder.path().join("file");
    (folder, path)
}

fn open(content: &[u8]) -> Result<Source, SourceError> {
    let (_folder, path) = file(content);
    Source::file(path)
}

fn is_kernel(source: &Source) -> bool {
    let index = source.btf().and_then(|btf| btf.index(&["bpf_cgroup_storage_key"]));
    index.is_ok_and(|index| !index.candidates("bpf_cgroup_storage_key").ids.is_empty())
}

fn refused(content: &[u8]) -> UnpackError {
    match open(content).expect_err("it is refused") {
        SourceError::Packed { error, .. } => error,
        other => panic!("{other}"),
    }
}

/// An image for x86 whose payload goes to its end.
fn bzimage(payload: &[u8]) -> Vec<u8> {
    let mut image = vec![0; 0x600];
    image[..2].copy_from_slice(b"MZ");
    image[0x1f1] = 1;
    image[0x202..0x206].copy_from_slice(b"HdrS");
    image[0x248..0x24c].copy_from_slice(&0x200u32.to_le_bytes());
    image[0x24c..0x250].copy_from_slice(&u32::try_from(payload.len()).expect("small").to_le_bytes());
    image.extend(payload);
    image
}

fn zboot(payload: &[u8]) -> Vec<u8> {
    let mut image = b"MZ\0\0zimg".to_vec();
    image.extend(64u32.to_le_bytes());
    image.extend(u32::try_from(payload.len()).expect("small").to_le_bytes());
    image.resize(64, 0);
    image.extend(payload);
    image.extend([0xaa; 32]);
    image
}

fn raw(magic: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let mut image = vec![0x14; 0x38];
    image.extend(magic);
    for part in parts {
        image.resize(image.len().next_multiple_of(4096), 0);
        image.extend(*part);
    }
    image.extend([0x9f, 0xeb, 1, 0, 24, 0, 0, 0]); // a header of nothing
    image
}

#[test]
fn every_format() {
    for (name, compress) in FORMATS {
        let source = open(&compress(&kernel())).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(is_kernel(&source), "{name}");
    }
}

#[test]
fn several_streams_one_behind_the_other() {
    let kernel = kernel();
    let (first, second) = kernel.split_at(kernel.len() / 2);
    for (name, compress) in [FORMATS[0], FORMATS[1], FORMATS[2], FORMATS[5]] {
        let source = open(&[compress(first), compress(second)].concat());
        assert!(source.is_ok_and(|source| is_kernel(&source)), "{name}");
    }
    let skipped = [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3][..], &zstd(second)].concat();
    let source = open(&[zstd(first), skipped].concat());
    assert!(source.is_ok_and(|source| is_kernel(&source)));
}

#[test]
fn an_image_for_x86() {
    for (name, compress) in FORMATS {
        let mut payload = compress(&kernel());
        if name != "gzip" {
            payload.extend(u32::try_from(kernel().len()).expect("small").to_le_bytes());
        }
        let source = open(&bzimage(&payload)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(is_kernel(&source), "{name}");
    }
}

#[test]
fn other_images() {
    let arm64 = raw(b"ARM\x64", &[&kernel()]);
    assert!(is_kernel(&open(&arm64).expect("arm64's")));
    assert!(is_kernel(&open(&gzip(&arm64)).expect("Image.gz")));
    assert!(is_kernel(&open(&zboot(&zstd(&arm64))).expect("vmlinuz.efi")));
    assert!(is_kernel(&open(&raw(b"RSC\x05", &[&kernel()])).expect("RISC-V's")));
}

#[test]
fn the_kernel_of_a_root_without_sysfs() {
    let root = root(&[(&format!("boot/vmlinuz-{RELEASE}"), &bzimage(&gzip(&kernel())))]);
    let source = Source::kernel_under(root.path(), RELEASE).expect("the image has it");
    assert!(is_kernel(&source) && source.to_string().contains("boot/vmlinuz-"), "{source}");
}

#[test]
fn an_image_without_types() {
    let format = "arm64 kernel image";
    let error = refused(&raw(b"ARM\x64", &[]));
    assert!(matches!(error, UnpackError::Image(ImageError::NoBtf { format: found }) if found == format), "{error}");
    let error = refused(&raw(b"ARM\x64", &[&kernel(), &kernel()]));
    assert!(matches!(error, UnpackError::Image(ImageError::SeveralBtfs { found: 2, .. })), "{error}");
}

#[test]
fn an_image_that_ends_early() {
    let whole = bzimage(&gzip(&kernel()));
    for end in [0x206, 0x249, 0x24d, 0x250, 0x400, 0x600, whole.len() - 1] {
        let error = refused(&whole[..end]);
        assert!(matches!(error, UnpackError::Image(ImageError::CutOff { .. })), "{end}: {error}");
    }
    let mut far = zboot(&gzip(&kernel()));
    far[8..16].fill(0xff);
    let error = refused(&far);
    let UnpackError::Image(ImageError::CutOff { needed, .. }) = error else { panic!("{error}") };
    assert_eq!(needed, 2 * u64::from(u32::MAX));
}

#[test]
fn a_payload_of_a_few_bytes() {
    for payload in [&[][..], &[1], &[1, 2, 3, 4], b"\x1f\x8b"] {
        assert!(open(&bzimage(payload)).is_err(), "{payload:?}");
    }
}

#[test]
fn compressed_again_and_again() {
    let layered = |times| (0..times).fold(kernel(), |inner, _| gzip(&inner));
    assert!(open(&layered(4)).is_ok_and(|source| is_kernel(&source)));
    let error = refused(&layered(5));
    assert!(matches!(error, UnpackError::TooDeep { limit: 4 }), "{error}");
}

#[test]
fn lzo_is_named() {
    let error = refused(&bzimage(b"\x89LZO\0\r\n\x1a\n        "));
    assert!(error.to_string().contains("lzo data inside") && error.to_string().contains("extract-vmlinux"), "{error}");
    let error = refused(b"\x89LZO\0\r\n\x1a\n");
    assert!(error.to_string().contains("lzop -d"), "{error}");
}

/// Four gigabytes of window are no reason to have them.
#[test]
fn a_window_that_is_too_large() {
    let mut bytes = lzma(&kernel());
    bytes[4] = 0xff;
    let error = refused(&bytes);
    assert!(matches!(error, UnpackError::Broken { format: "lzma", .. }), "{error}");
    // The descriptor, the window of 2^41 bytes, and the header of a last block with one byte.
    let error = refused(&[0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xf8, 0x09, 0, 0, 1]);
    assert!(matches!(error, UnpackError::Broken { format: "zstd", .. }), "{error}");
}

/// The readers of lz4 and lzma take the end of the file for the end of the data; what is lacking shows then
/// in the types.
#[test]
fn what_is_cut_off_is_refused() {
    for (name, compress) in FORMATS {
        let whole = compress(&kernel());
        for end in (6..whole.len()).rev().step_by(5) {
            let is_without_mark = end + 8 >= whole.len() && ["lz4", "lzma"].contains(&name);
            assert!(is_without_mark || open(&whole[..end]).is_err(), "{name}: {end} of {} bytes", whole.len());
        }
    }
}

/// Whatever a wrong bit does, it ends, and where the format has a checksum of all it does not pass.
#[test]
fn one_wrong_bit() {
    for (ordinal, (name, compress)) in FORMATS.into_iter().enumerate() {
        let whole = compress(&kernel());
        let has_checksum = name != "lzma" && ordinal != 4;
        for (at, bit) in (6..whole.len()).zip((0..8).cycle()).step_by(13) {
            let mut wrong = whole.clone();
            wrong[at] ^= 1 << bit;
            if let Ok(source) = open(&wrong) {
                assert!(is_kernel(&source) || !has_checksum, "{name}: bit {bit} of byte {at}");
            }
        }
    }
}
