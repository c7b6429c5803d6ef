//! Kernels other than the running one, Debian's: their types, for each architecture that differs in something, and
//! tests on those for amd64.
//!
//! The types lie in a folder that git ignores, `kernels/RELEASE/vmlinux.btf` and `kernels/RELEASE/modules/NAME.btf`,
//! where a release, as `uname -r` prints it, ends in its architecture; `kernels/RELEASE/vmlinuz` is the image that the
//! types are of, where they are in it. An image that boots lies beside them instead, for it is also fetched without the
//! types, which take longer: `kernels/boot/vmlinuz-RELEASE`.

mod apt;
mod boot;
mod check;
mod debug;
mod image;
mod modules;
mod vmlinuz;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::{self, available_parallelism};
use std::time::Instant;

use anyhow::{Context, Result, anyhow};
use clap::Subcommand;

use crate::command::{program, root, run};
use apt::Apt;

/// What to do with other kernels.
#[derive(Subcommand)]
pub(crate) enum Action {
    /// Downloads the packages of those that are not there, some 1.4 GB for all, and keeps their BTF and what boots.
    Fetch,
    /// Every named struct and union, of the modules too, as bpftool reads it.
    Check {
        /// The folders in `kernels` to check, all of them without any.
        releases: Vec<String>,
    },
    /// The tests of live maps, each kernel booted in qemu; gets the images that are not there, some 180 MB.
    Boot(boot::Options),
}

impl Action {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Fetch => "kernels fetch",
            Self::Check { .. } => "kernels check",
            Self::Boot(_) => "kernels boot",
        }
    }

    pub(crate) fn run(&self) -> Result<()> {
        match self {
            Self::Fetch => fetch(),
            Self::Check { releases } => check::check(releases),
            Self::Boot(options) => boot::boot(options),
        }
    }
}

/// A release of Debian, and the kernel in it.
struct Suite {
    name: &'static str,
    series: &'static str,
}

impl Suite {
    /// Whether a release, as `uname -r` prints it, is of this suite and architecture.
    fn has(&self, release: &str, architecture: &str) -> bool {
        let series = release.strip_prefix(self.series).is_some_and(|rest| rest.starts_with('.'));
        series && release.strip_suffix(architecture).is_some_and(|rest| rest.ends_with('-'))
    }
}

const SUITES: [Suite; 2] = [Suite { name: "bookworm", series: "6.1" }, Suite { name: "trixie", series: "6.12" }];

/// Where an architecture's packages have the kernel's types.
#[derive(Clone, Copy)]
enum Types {
    /// As BTF in the kernel's image and in its modules.
    Image,
    /// As DWARF in the debug package: Debian builds these kernels without BTF.
    DebugPackage,
}

const ARCHITECTURES: [(&str, Types); 3] =
    [("amd64", Types::Image), ("arm64", Types::Image), ("s390x", Types::DebugPackage)];

fn folder() -> PathBuf {
    root().join("kernels")
}

fn fetch() -> Result<()> {
    for suite in &SUITES {
        for (architecture, types) in ARCHITECTURES {
            if let Some(release) = present(suite, architecture)? {
                println!("{release}: is there; to fetch a newer one, remove the folder");
                continue;
            }
            let start = Instant::now();
            let release = fetch_one(suite, architecture, types)
                .with_context(|| format!("cannot fetch the kernel {} for {architecture}", suite.series))?;
            println!("{release}: fetched in {:.0} s", start.elapsed().as_secs_f64());
        }
    }
    Ok(())
}

/// The release that an earlier run left; a folder gets this name when all is in it.
fn present(suite: &Suite, architecture: &str) -> Result<Option<String>> {
    Ok(releases()?.into_iter().find(|release| suite.has(release, architecture)))
}

/// The folders of kernels' types, in a fixed order.
fn releases() -> Result<Vec<String>> {
    let mut releases = Vec::new();
    if folder().exists() {
        for entry in fs::read_dir(folder()).context("cannot list `kernels`")? {
            let name = entry?.file_name();
            releases.extend(name.into_string().ok().filter(|name| !name.starts_with('.') && name != "boot"));
        }
    }
    releases.sort();
    Ok(releases)
}

fn fetch_one(suite: &Suite, architecture: &str, types: Types) -> Result<String> {
    let apt = Apt::update(suite.name, architecture)?;
    let release = apt.newest_kernel()?;
    let partial = folder().join(".partial");
    let package = match types {
        Types::Image => format!("linux-image-{release}"),
        Types::DebugPackage => format!("linux-image-{release}-dbg"),
    };
    let unpacked = unpack(&apt, &package, &partial)?;
    if architecture == vmlinuz::ARCHITECTURE {
        vmlinuz::keep(&unpacked, &release)?;
    }
    let out = partial.join("out");
    fs::create_dir_all(out.join("modules"))?;
    let vmlinux = out.join("vmlinux.btf");
    let (count, without) = match types {
        Types::Image => {
            let image = fs::read(unpacked.join(format!("boot/vmlinuz-{release}")))?;
            fs::write(&vmlinux, image::btf(&image, &partial)?)?;
            if architecture != vmlinuz::ARCHITECTURE {
                fs::write(out.join("vmlinuz"), image)?;
            }
            let modules = modules::find(&unpacked, &release)?;
            each_module(&modules, |module| modules::btf(module, &out.join("modules")))?
        }
        Types::DebugPackage => {
            let debug = unpacked.join("usr/lib/debug");
            debug::encode(&debug.join(format!("boot/vmlinux-{release}")), None, &vmlinux)?;
            let modules = modules::find(&debug, &release)?;
            each_module(&modules, |module| debug::encode_module(module, &vmlinux, &out.join("modules")))?
        }
    };
    println!("{release}: vmlinux has {} bytes of BTF", fs::metadata(&vmlinux)?.len());
    println!("{release}: {count} modules with BTF, {without} without");
    fs::rename(&out, folder().join(&release))?;
    clear(&partial)?;
    Ok(release)
}

/// Downloads a package and unpacks it into a folder in `scratch`, which is emptied before.
fn unpack(apt: &Apt, package: &str, scratch: &Path) -> Result<PathBuf> {
    clear(scratch)?;
    fs::create_dir_all(scratch)?;
    let package = apt.download(package, scratch)?;
    let unpacked = scratch.join("unpacked");
    run(program("dpkg-deb", &["--extract".as_ref(), package.as_os_str(), unpacked.as_os_str()]).env("LC_ALL", "C"))?;
    Ok(unpacked)
}

fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}

/// Hands each module to `extract` on all processors; returns how many have BTF and how many have none.
fn each_module(modules: &[PathBuf], extract: impl Fn(&Path) -> Result<bool> + Sync) -> Result<(usize, usize)> {
    let workers = available_parallelism().map_or(1, usize::from);
    let share = modules.len().div_ceil(workers).max(1);
    let work = |share: &[PathBuf]| -> Result<usize> {
        let mut with = 0;
        for module in share {
            with += usize::from(extract(module).with_context(|| format!("in {}", module.display()))?);
        }
        Ok(with)
    };
    let with = thread::scope(|scope| {
        let threads: Vec<_> = modules.chunks(share).map(|share| scope.spawn(|| work(share))).collect();
        let joined = threads.into_iter().map(|thread| thread.join().map_err(|_| anyhow!("a worker panicked"))?);
        joined.sum::<Result<usize>>()
    })?;
    Ok((with, modules.len() - with))
}
