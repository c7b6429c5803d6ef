//! What mapkey reads of other kernels, held against what bpftool reads.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Error, Result, bail, ensure};

use super::{folder, releases};
use crate::bpftool::{Comparison, Dump};
use crate::command::{cargo, output, program, run, target};

/// How many lines of one kind are printed for one kernel.
const SHOWN: usize = 20;

/// Where a kernel's files go.
#[derive(Default)]
struct Tally {
    compared: usize,
    found: Comparison,
    /// Files, each with the reason: what is here is never said to be right.
    not_compared: Vec<String>,
}

pub(super) fn check(wanted: &[String]) -> Result<()> {
    run(&mut cargo(&["build", "--release", "--package", "mapkey-cli"]))?;
    output(&mut program("bpftool", &["version"]))?;
    let there = releases()?;
    ensure!(!there.is_empty(), "no kernels here; `cargo xtask kernels fetch` gets them");
    if let Some(absent) = wanted.iter().find(|wanted| !there.contains(wanted)) {
        bail!("`{absent}` is not there, but {}", there.join(", "));
    }
    let mut faults = Vec::new();
    for release in if wanted.is_empty() { &there } else { wanted } {
        let start = Instant::now();
        let (vmlinux, modules) = kernel(release)?;
        for (what, tally) in [("vmlinux", &vmlinux), ("modules", &modules)] {
            let Tally { compared, found, not_compared } = tally;
            println!("{release} {what}: {compared} files, {found}, {} files not compared", not_compared.len());
            print("disagreement", &found.disagreements);
            print("not compared", not_compared);
            if !found.disagreements.is_empty() || !not_compared.is_empty() {
                faults.push(format!("{release} {what}"));
            }
        }
        if !image(release)? {
            faults.push(format!("{release} vmlinuz"));
        }
        println!("{release}: {:.1} s", start.elapsed().as_secs_f64());
    }
    ensure!(faults.is_empty(), "disagreements, or files that were not compared: {}", faults.join(", "));
    Ok(())
}

/// Whether the image, which mapkey unpacks itself, has the same types as what other tools unpacked.
fn image(release: &str) -> Result<bool> {
    let images = [folder().join(release).join("vmlinuz"), folder().join(format!("boot/vmlinuz-{release}"))];
    let Some(image) = images.iter().find(|image| image.exists()) else {
        println!("{release} vmlinuz: not here, and not compared");
        return Ok(true);
    };
    let types = |file: &Path| {
        let mut command = program(target().join("release/mapkey"), &["layout", "--all", "--json", "--btf"]);
        output(command.arg(file))
    };
    let (image, btf) = (types(image)?, types(&folder().join(release).join("vmlinux.btf"))?);
    let is_same = image == btf && !btf.is_empty();
    println!("{release} vmlinuz: {}", if is_same { "the same types" } else { "disagreement: other types" });
    Ok(is_same)
}

fn print(what: &str, lines: &[String]) {
    lines.iter().take(SHOWN).for_each(|line| println!("  {what}: {line}"));
    if lines.len() > SHOWN {
        println!("  ... and {} more", lines.len() - SHOWN);
    }
}

/// Compares a kernel and its modules.
fn kernel(release: &str) -> Result<(Tally, Tally)> {
    let folder = folder().join(release);
    let file = folder.join("vmlinux.btf");
    let (mut vmlinux, mut modules) = (Tally::default(), Tally::default());
    let base = match dump(&file, None) {
        Ok(base) => base,
        Err(error) => {
            vmlinux.not_compared.push(format!("vmlinux.btf: {error:#}"));
            modules.not_compared.push(format!("all of them, for vmlinux.btf is not readable: {release}"));
            return Ok((vmlinux, modules));
        }
    };
    let found = compare(&base, &file, None).and_then(|found| {
        ensure!(found.types > 1000, "{} structs and unions, expected a kernel's thousands", found.types);
        Ok(found)
    });
    vmlinux.add("vmlinux.btf", found);
    for module in module_files(&folder.join("modules"))? {
        let name = module.file_name().unwrap_or(OsStr::new("")).display().to_string();
        let split = dump(&module, Some((&file, &base)));
        modules.add(&name, split.and_then(|split| compare(&split, &module, Some(&file))));
    }
    Ok((vmlinux, modules))
}

impl Tally {
    fn add(&mut self, file: &str, result: Result<Comparison>) {
        match result {
            Ok(comparison) => {
                self.compared += 1;
                self.found.types += comparison.types;
                self.found.members += comparison.members;
                let lines = comparison.disagreements.into_iter();
                self.found.disagreements.extend(lines.map(|line| format!("{file}: {line}")));
            }
            Err(error) => self.not_compared.push(format!("{file}: {error:#}")),
        }
    }
}

fn module_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

fn dump<'a>(file: &Path, base: Option<(&Path, &'a Dump<'a>)>) -> Result<Dump<'a>> {
    let mut command = program("bpftool", &["--json"]);
    if let Some((base, _)) = base {
        command.arg("--base-btf").arg(base);
    }
    let json = output(command.args(["btf", "dump", "file"]).arg(file))?;
    Dump::parse(std::str::from_utf8(&json)?, base.map(|(_, dump)| dump)).map_err(Error::msg)
}

fn compare(theirs: &Dump<'_>, file: &Path, base: Option<&Path>) -> Result<Comparison> {
    let mut command = program(target().join("release/mapkey"), &["layout", "--all", "--json", "--btf"]);
    command.arg(file);
    if let Some(base) = base {
        command.arg("--base").arg(base);
    }
    let ours = output(&mut command)?;
    theirs.compare(std::str::from_utf8(&ours)?).map_err(Error::msg)
}
