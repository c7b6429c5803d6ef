//! Compressed files and kernel images, unpacked within bounds.

use std::io::{self, Read};

use mapkey_layout::btf::{Btf, BtfError};
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

use crate::bytes::Bytes;
use crate::image::{self, ImageError, Inside};

/// Why a compressed file or a kernel image cannot be unpacked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UnpackError {
    /// The compressed data is broken, or needs more memory than is given to it.
    #[error("its {format} data is broken or of a kind that is not read here: {error}; see what `{command} FILE` says")]
    Broken {
        /// The format, as its tool is called.
        format: &'static str,
        /// What unpacks it.
        command: &'static str,
        /// What the reader of the format says.
        error: io::Error,
    },
    /// There is more in the file than is read.
    #[error("its {format} data has more than {} MiB inside: unpack it first, with `{command} FILE`", limit >> 20)]
    TooLarge {
        /// The format, as its tool is called.
        format: &'static str,
        /// What unpacks it.
        command: &'static str,
        /// The most bytes that are read.
        limit: u64,
    },
    /// A format that no library here reads.
    #[error("it has {format} data inside, which is not read here: unpack it first, with `{command} FILE`")]
    Format {
        /// The format, as its tool is called.
        format: &'static str,
        /// What unpacks it.
        command: &'static str,
    },
    /// What is inside is compressed again and again.
    #[error("it is compressed more than {limit} times over")]
    TooDeep {
        /// The most times.
        limit: usize,
    },
    /// A kernel image without types that can be read.
    #[error(transparent)]
    Image(#[from] ImageError),
}

/// The most bytes that are unpacked. A kernel has less than a fifth of it, with all its debug information
/// it can have more.
const MOST: u64 = 1 << 29;

/// The window that zstd and xz may have: what `zstd --ultra -22` makes, as a kernel's build calls it.
const WINDOW: u32 = 1 << 27;

/// An image that is compressed once more, and its content.
const LAYERS: usize = 4;

/// What is inside, as long as there is something to unpack; anything else stays as it is.
pub(crate) fn unpacked(bytes: Bytes) -> Result<Bytes, UnpackError> {
    let (mut bytes, mut is_in_image) = (bytes, false);
    for _ in 0..LAYERS {
        let inner = match Btf::parse(&bytes) {
            Err(BtfError::Compressed { format, command }) => {
                let command = if is_in_image { "scripts/extract-vmlinux" } else { command };
                unpack(&bytes, format, command, MOST)?
            }
            Err(BtfError::Magic { .. }) => match image::inside(&bytes).transpose()? {
                Some(Inside::File(inner) | Inside::Btf(inner)) => {
                    is_in_image = true;
                    inner.to_vec()
                }
                None => return Ok(bytes),
            },
            _ => return Ok(bytes),
        };
        bytes = Bytes::Read(inner);
    }
    match Btf::parse(&bytes) {
        Err(BtfError::Compressed { .. }) => Err(UnpackError::TooDeep { limit: LAYERS }),
        _ => Ok(bytes),
    }
}

/// What gzip made, at most `limit` bytes.
pub(crate) fn gunzip(bytes: &[u8], limit: u64) -> Result<Vec<u8>, UnpackError> {
    unpack(bytes, "gzip", "gzip -dk", limit)
}

fn unpack(bytes: &[u8], format: &'static str, command: &'static str, limit: u64) -> Result<Vec<u8>, UnpackError> {
    let mut unpacked = Vec::new();
    // One byte more tells whether there is more.
    let more = limit.saturating_add(1);
    let result = match format {
        "gzip" => flate2::bufread::MultiGzDecoder::new(bytes).take(more).read_to_end(&mut unpacked),
        "bzip2" => bzip2::bufread::MultiBzDecoder::new(bytes).take(more).read_to_end(&mut unpacked),
        "lz4" => lz4_flex::frame::FrameDecoder::new(bytes).take(more).read_to_end(&mut unpacked),
        "xz" => {
            let reader = lzma_rust2::XzReader::new_mem_limit(bytes, true, lzma_memory());
            reader.take(more).read_to_end(&mut unpacked)
        }
        "lzma" => lzma_rust2::LzmaReader::new_mem_limit(bytes, lzma_memory(), None)
            .and_then(|reader| reader.take(more).read_to_end(&mut unpacked)),
        "zstd" => zstd(bytes, more, &mut unpacked),
        _ => return Err(UnpackError::Format { format, command }),
    };
    match result {
        Err(error) => Err(UnpackError::Broken { format, command, error }),
        Ok(_) if unpacked.len() as u64 > limit => Err(UnpackError::TooLarge { format, command, limit }),
        Ok(_) => Ok(unpacked),
    }
}

/// KiB: the window, and what the decoder has beside it.
const fn lzma_memory() -> u32 {
    (WINDOW >> 10) * 2
}

/// All frames, one behind the other; those that are to be skipped hold no data.
fn zstd(mut bytes: &[u8], more: u64, unpacked: &mut Vec<u8>) -> io::Result<usize> {
    while !bytes.is_empty() && (unpacked.len() as u64) < more {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(WINDOW.into());
        let mut frame = match StreamingDecoder::new_with_decoder(&mut bytes, decoder) {
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                let rest = usize::try_from(length).ok().and_then(|length| bytes.get(length..));
                bytes = rest.ok_or(io::ErrorKind::UnexpectedEof)?;
                continue;
            }
            frame => frame.map_err(io::Error::other)?,
        };
        (&mut frame).take(more - unpacked.len() as u64).read_to_end(unpacked)?;
        let decoder = frame.into_frame_decoder();
        let (promised, made) = (decoder.get_checksum_from_data(), decoder.get_calculated_checksum());
        let is_whole = decoder.is_finished() && decoder.can_collect() == 0;
        if is_whole && promised.is_some() && promised != made {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum differs"));
        }
    }
    Ok(unpacked.len())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const SIZE: usize = 100_000;

    fn compressed() -> [(&'static str, Vec<u8>); 6] {
        let zeros = vec![0; SIZE];
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        let mut lz4 = lz4_flex::frame::FrameEncoder::new(Vec::new());
        let mut xz = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).expect("options");
        let options = lzma_rust2::LzmaOptions::with_preset(1);
        let mut lzma = lzma_rust2::LzmaWriter::new_use_header(Vec::new(), &options, None).expect("options");
        for writer in [&mut gzip as &mut dyn Write, &mut bzip2, &mut lz4, &mut xz, &mut lzma] {
            writer.write_all(&zeros).expect("memory");
        }
        let zstd = ruzstd::encoding::compress_to_vec(&*zeros, ruzstd::encoding::CompressionLevel::Fastest);
        [
            ("gzip", gzip.finish().expect("memory")),
            ("bzip2", bzip2.finish().expect("memory")),
            ("lz4", lz4.finish().expect("memory")),
            ("xz", xz.finish().expect("memory")),
            ("lzma", lzma.finish().expect("memory")),
            ("zstd", zstd),
        ]
    }

    #[test]
    fn no_byte_more_than_the_limit() {
        for (format, bytes) in compressed() {
            assert!(bytes.len() < SIZE / 10, "{format}: {} bytes", bytes.len());
            let unpack = |limit| unpack(&bytes, format, "unpack", limit);
            assert_eq!(unpack(SIZE as u64).expect("as many as there are").len(), SIZE, "{format}");
            for limit in [0, 1, SIZE as u64 - 1] {
                let result = unpack(limit);
                assert!(matches!(result, Err(UnpackError::TooLarge { .. })), "{format}, {limit}: {result:?}");
            }
        }
    }
}
