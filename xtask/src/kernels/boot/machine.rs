//! One emulated machine, from its start to its end.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::command::program;

/// Programs that Debian has packages of.
pub(super) struct Tools {
    pub(super) qemu: PathBuf,
    pub(super) busybox: PathBuf,
    pub(super) cpio: PathBuf,
}

impl Tools {
    pub(super) fn find() -> Result<Self> {
        Ok(Self {
            qemu: find("qemu-system-x86_64", "qemu-system-x86")?,
            busybox: find("busybox", "busybox-static")?,
            cpio: find("cpio", "cpio")?,
        })
    }
}

fn find(name: &str, package: &str) -> Result<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    found.with_context(|| format!("no `{name}` in PATH; `apt-get install {package}` installs it, as `.ci/run` does"))
}

/// What a machine starts with.
pub(super) struct Machine<'a> {
    pub(super) qemu: &'a Path,
    pub(super) image: &'a Path,
    pub(super) initramfs: &'a Path,
    /// Gets the kernel's messages.
    pub(super) log: &'a Path,
}

/// How a machine ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// It powered itself off, or its kernel panicked.
    Itself,
    /// Its time was over.
    Killed,
}

/// A process that does not outlive its owner.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // Either fails only for a process that has ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Machine<'_> {
    /// Runs it for no longer than `time`, and hands on each line that its second serial port gets.
    pub(super) fn run(&self, time: Duration, mut line: impl FnMut(&str)) -> Result<Ended> {
        const KERNEL: &str = "console=ttyS0 loglevel=5 panic=-1 oops=panic mitigations=off";
        let mut qemu = program(self.qemu, &["-accel", "tcg", "-smp", "2", "-m", "2G", "-no-reboot"]);
        qemu.args(["-nodefaults", "-no-user-config", "-display", "none", "-append", KERNEL]);
        qemu.arg("-kernel").arg(self.image).arg("-initrd").arg(self.initramfs);
        qemu.arg("-serial").arg(format!("file:{}", self.log.display())).args(["-serial", "stdio"]);
        let end = Instant::now() + time;
        let child = qemu.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let mut qemu = Process(child.with_context(|| format!("cannot start {}", self.qemu.display()))?);
        let lines = lines(qemu.0.stdout.take().context("the machine has no output")?);
        loop {
            match lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(text) => line(&text),
                Err(RecvTimeoutError::Timeout) => return Ok(Ended::Killed),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let status = qemu.0.wait()?;
        ensure!(status.success(), "qemu failed: {status}");
        Ok(Ended::Itself)
    }
}

/// The lines, as they come; their sender hangs up at the end.
fn lines(output: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(line.trim_ascii_end()).into_owned();
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}
