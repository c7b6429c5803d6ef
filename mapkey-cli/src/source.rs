//! Where a command reads types from.

use std::fmt::Display;
use std::path::PathBuf;

use clap::Args;
use mapkey_runtime::map::{Access, Map, MapRef};
use mapkey_runtime::{Source, SourceError};

use crate::Failure;

/// Which BTF to read.
#[derive(Args)]
pub(crate) struct From {
    /// Read this file: raw BTF or an ELF file with BTF [default: the running kernel]
    #[arg(long, value_name = "FILE")]
    btf: Option<PathBuf>,
    /// The file is split BTF and continues this one: a module's file beside its vmlinux
    #[arg(long, value_name = "FILE", requires = "btf")]
    base: Option<PathBuf>,
    /// Read this module of the running kernel
    #[arg(long, value_name = "NAME", conflicts_with = "btf")]
    module: Option<String>,
    /// Read this compiled eBPF object, whose maps have names too
    #[arg(long, value_name = "FILE", conflicts_with_all = ["btf", "module"])]
    pub(crate) object: Option<PathBuf>,
    /// Read the BTF of this live map: `id:17`, `name:flows`, or the path of a pin
    #[arg(long, value_name = "MAP", conflicts_with_all = ["btf", "module", "object"])]
    map: Option<MapRef>,
}

impl From {
    pub(crate) fn open(&self) -> Result<Source, Failure> {
        if let Some(map) = &self.map {
            return live(map);
        }
        Ok(self.file_or_kernel()?)
    }

    fn file_or_kernel(&self) -> Result<Source, SourceError> {
        if let Some(path) = &self.object {
            return Source::file(path);
        }
        match (&self.btf, &self.base, &self.module) {
            (Some(path), Some(base), _) => Source::file(path)?.on(Source::file(base)?),
            (Some(path), None, _) => Source::file(path),
            (None, _, Some(module)) => Source::module(module),
            (None, _, None) => Source::kernel(),
        }
    }

    pub(crate) fn is_kernel(&self) -> bool {
        self.btf.is_none() && self.object.is_none() && self.map.is_none()
    }
}

/// The type of a live map's keys.
fn live(map: &MapRef) -> Result<Source, Failure> {
    let map = Map::open(map, Access::ReadOnly)?;
    map.key_source().map_err(|reason| format!("{} has no type for its keys: {reason}", map.info()).into())
}

/// `struct sock` is how one says it, and `sock` is its name.
pub(crate) fn strip_keyword(name: &str) -> &str {
    let keywords = ["struct ", "union ", "enum "];
    keywords.iter().find_map(|keyword| name.strip_prefix(keyword)).unwrap_or(name).trim()
}

/// What is not in the kernel can be in one of its modules.
pub(crate) fn with_modules(reason: impl Display, name: &str, source: &Source) -> Failure {
    let name = name.split('.').next().unwrap_or(name);
    let modules = source.modules_having(name).map_or_else(String::new, |modules| modules.to_string());
    format!("{reason}{modules}").into()
}
