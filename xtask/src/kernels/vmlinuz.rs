//! The images that an amd64 machine boots, `kernels/boot/vmlinuz-RELEASE`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};

use super::apt::Apt;
use super::{Suite, clear, folder, unpack};

/// The only one whose images are kept.
pub(super) const ARCHITECTURE: &str = "amd64";

const PREFIX: &str = "vmlinuz-";

/// Copies the image out of an unpacked package; returns where it is then.
pub(super) fn keep(unpacked: &Path, release: &str) -> Result<PathBuf> {
    let file = format!("{PREFIX}{release}");
    let (partial, kept) = (folder().join("boot/.partial"), folder().join("boot").join(&file));
    fs::create_dir_all(folder().join("boot"))?;
    let image = unpacked.join("boot").join(file);
    fs::copy(&image, &partial).with_context(|| format!("no image in {}", image.display()))?;
    fs::rename(&partial, &kept)?;
    Ok(kept)
}

/// The image of the suite's kernel and its release: what an earlier run left, else the newest, downloaded.
pub(super) fn get(suite: &Suite) -> Result<(String, PathBuf)> {
    if let Some(release) = present(suite)? {
        let kept = folder().join("boot").join(format!("{PREFIX}{release}"));
        println!("{release}: is there; to fetch a newer one, remove {}", kept.display());
        return Ok((release, kept));
    }
    let start = Instant::now();
    let apt = Apt::update(suite.name, ARCHITECTURE)?;
    let release = apt.newest_kernel()?;
    let partial = folder().join(".partial");
    let unpacked = unpack(&apt, &format!("linux-image-{release}"), &partial)?;
    let kept = keep(&unpacked, &release)?;
    clear(&partial)?;
    println!("{release}: fetched in {:.0} s", start.elapsed().as_secs_f64());
    Ok((release, kept))
}

fn present(suite: &Suite) -> Result<Option<String>> {
    let folder = folder().join("boot");
    if !folder.exists() {
        return Ok(None);
    }
    let mut releases = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let name = entry?.file_name();
        let release = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
        releases.extend(release.filter(|release| suite.has(release, ARCHITECTURE)).map(str::to_owned));
    }
    releases.sort();
    Ok(releases.pop())
}
