//! The files of a machine that runs tests: busybox, the tests, and the script that starts them.

use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use object::{Object, ObjectSection};

use super::machine::Tools;
use super::tests::Binary;
use crate::command::program;

/// The first process.
const INIT: &str = include_str!("init.sh");

/// Writes the archive into `scratch`.
pub(super) fn make(tools: &Tools, binaries: &[Binary], arguments: &[String], scratch: &Path) -> Result<PathBuf> {
    ensure_static(&tools.busybox)?;
    ensure!(arguments.iter().all(|argument| !argument.contains('\n')), "an argument with a line break: {arguments:?}");
    let root = scratch.join("root");
    let mut files = vec!["init".to_owned(), "arguments".to_owned(), "bin/busybox".to_owned()];
    fs::create_dir_all(root.join("bin"))?;
    fs::create_dir_all(root.join("tests"))?;
    fs::write(root.join("init"), INIT)?;
    fs::set_permissions(root.join("init"), Permissions::from_mode(0o755))?;
    let arguments: String = arguments.iter().map(|argument| format!("{argument}\n")).collect();
    fs::write(root.join("arguments"), arguments)?;
    fs::copy(&tools.busybox, root.join("bin/busybox"))?;
    for (at, binary) in binaries.iter().enumerate() {
        // The script runs them in the order of their files' names.
        let file = format!("tests/{at:02}-{}", binary.name);
        fs::copy(&binary.file, root.join(&file))?;
        files.push(file);
    }
    let archive = scratch.join("initramfs.cpio");
    pack(&root, &files, &archive, tools)?;
    Ok(archive)
}

/// Not compressed: to unpack it would take an emulated processor longer than to read it.
fn pack(root: &Path, files: &[String], archive: &Path, tools: &Tools) -> Result<()> {
    let mut names = String::from("bin\ntests\n");
    files.iter().for_each(|file| names.extend([file, "\n"]));
    let mut cpio = program(&tools.cpio, &["--create", "--format=newc", "--owner=+0:+0", "--quiet"]);
    cpio.current_dir(root).stdin(Stdio::piped()).stdout(File::create(archive)?);
    let mut child = cpio.spawn().context("cannot start `cpio`")?;
    let written = child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(names.as_bytes()));
    let status = child.wait()?;
    ensure!(status.success(), "`cpio` failed: {status}");
    written.context("`cpio` did not read the names of the files")
}

/// An executable that names an interpreter would not start where there is none.
pub(super) fn ensure_static(file: &Path) -> Result<()> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let elf = object::File::parse(&*bytes).with_context(|| format!("{} is no executable", file.display()))?;
    let interpreter = elf.section_by_name(".interp").and_then(|section| section.data().ok());
    let interpreter = interpreter.map(|path| String::from_utf8_lossy(path).trim_end_matches('\0').to_owned());
    ensure!(
        interpreter.is_none(),
        "{} needs {}, expected a static executable; Debian's busybox-static is one",
        file.display(),
        interpreter.unwrap_or_default()
    );
    Ok(())
}
