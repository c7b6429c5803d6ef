//! Files that are built by what a machine with only a stable Rust lacks, and are therefore committed
//! beside their sources.

mod btf;
mod build;
mod compare;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::command::root;

/// A bpf program in Rust: a package of its own outside the workspace.
pub(crate) struct RustObject {
    /// The package's folder.
    package: &'static str,
    /// Its binary.
    binary: &'static str,
    /// The committed object.
    output: &'static str,
}

pub(crate) const RUST_OBJECTS: &[RustObject] = &[
    RustObject { package: "tests/bpf", binary: "same-instructions", output: "tests/fixtures/same-instructions.bpf.o" },
    RustObject { package: "examples/flow-bpf", binary: "flow-bpf", output: "examples/flow-bpf/flow.bpf.o" },
];

/// Folders in which each `NAME.bpf.c` has its object committed, `NAME.bpf.o`, and each other `NAME.c` its
/// types as raw BTF, `NAME.btf`.
const C_FOLDERS: &[&str] = &["tests/fixtures", "examples/data", "examples/flow-monitor", "examples/silent-miss"];

impl RustObject {
    pub(crate) fn manifest(&self) -> String {
        format!("{}/Cargo.toml", self.package)
    }
}

/// Builds each fixture and hands it to `each`, with the committed file's path in the workspace.
fn build_all(mut each: impl FnMut(&Path, &[u8]) -> Result<()>) -> Result<()> {
    for object in RUST_OBJECTS {
        each(Path::new(object.output), &build::rust_object(object)?)?;
    }
    for source in c_sources()? {
        if is_program(&source) {
            each(&source.with_extension("o"), &build::c_object(&source)?)?;
        } else {
            each(&source.with_extension("btf"), &build::c_types(&source)?)?;
        }
    }
    Ok(())
}

pub(crate) fn rebuild() -> Result<()> {
    build_all(|path, bytes| {
        let file = root().join(path);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&file, bytes).with_context(|| format!("cannot write {}", path.display()))?;
        println!("{}: {} bytes", path.display(), bytes.len());
        Ok(())
    })
}

pub(crate) fn check() -> Result<()> {
    let mut differing = 0;
    build_all(|path, rebuilt| {
        let committed = fs::read(root().join(path))
            .with_context(|| format!("cannot read {}; `cargo xtask fixtures` makes it", path.display()))?;
        let differences = if path.extension().is_some_and(|extension| extension == "btf") {
            btf::differences(&committed, rebuilt)?
        } else {
            compare::objects(&committed, rebuilt)?
        };
        if differences.is_empty() {
            println!("{}: as its source", path.display());
        } else {
            differing += 1;
            println!("{} differs from what its source gives:", path.display());
            differences.iter().for_each(|difference| println!("  {difference}"));
        }
        Ok(())
    })?;
    if differing > 0 {
        bail!("{differing} committed file(s) differ; look at the sources, then run `cargo xtask fixtures`");
    }
    Ok(())
}

/// Whether a C source is a program, `NAME.bpf.c`.
fn is_program(source: &Path) -> bool {
    source.file_stem().is_some_and(|stem| Path::new(stem).extension().is_some_and(|extension| extension == "bpf"))
}

/// The C sources in the workspace, in a fixed order.
fn c_sources() -> Result<Vec<PathBuf>> {
    let mut sources = Vec::new();
    for folder in C_FOLDERS {
        let path = root().join(folder);
        if !path.exists() {
            continue;
        }
        for entry in fs::read_dir(&path).with_context(|| format!("cannot list {folder}"))? {
            let name = PathBuf::from(entry?.file_name());
            if name.extension().is_some_and(|extension| extension == "c") {
                sources.push(Path::new(folder).join(name));
            }
        }
    }
    sources.sort();
    Ok(sources)
}
