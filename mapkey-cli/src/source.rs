//! Where a command reads types from.

use std::path::PathBuf;

use clap::Args;
use mapkey_runtime::{Source, SourceError};

/// Which BTF to read.
#[derive(Args)]
pub(crate) struct From {
    /// Read this file: raw BTF or an ELF file with BTF [default: the running kernel]
    #[arg(long, value_name = "FILE")]
    btf: Option<PathBuf>,
}

impl From {
    pub(crate) fn open(&self) -> Result<Source, SourceError> {
        match &self.btf {
            Some(path) => Source::file(path),
            None => Source::kernel(),
        }
    }

    pub(crate) fn is_kernel(&self) -> bool {
        self.btf.is_none()
    }
}

/// `struct sock` is how one says it, and `sock` is its name.
pub(crate) fn strip_keyword(name: &str) -> &str {
    let keywords = ["struct ", "union ", "enum "];
    keywords.iter().find_map(|keyword| name.strip_prefix(keyword)).unwrap_or(name).trim()
}
