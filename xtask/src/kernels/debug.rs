//! BTF made from DWARF by pahole, as a kernel's build makes it.

use std::path::Path;

use anyhow::Result;

use super::modules;
use crate::command::{output, program};

/// Encodes the DWARF of `elf` as BTF into the file `to`, split from `base` if there is one.
///
/// `to` must not exist: pahole writes over the front of a longer file and leaves the rest.
pub(super) fn encode(elf: &Path, base: Option<&Path>, to: &Path) -> Result<()> {
    let mut pahole = program("pahole", &["--btf_encode", "--btf_gen_floats"]);
    if let Some(base) = base {
        pahole.arg("--btf_base").arg(base);
    }
    output(pahole.arg(format!("--btf_encode_detached={}", to.display())).arg(elf))?;
    Ok(())
}

/// Writes a module's split BTF into `folder`; returns whether it has any.
pub(super) fn encode_module(module: &Path, base: &Path, folder: &Path) -> Result<bool> {
    let to = modules::output_file(module, folder)?;
    encode(module, Some(base), &to)?;
    Ok(to.exists())
}
