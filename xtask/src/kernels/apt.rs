//! Debian's packages of any architecture, by an apt whose state is its own: nothing of this machine's changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::folder;
use crate::command::{output, program};

/// The public keys of Debian's archive, where its own package puts them.
const KEYS: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// One suite for one architecture.
pub(super) struct Apt {
    architecture: String,
    options: Vec<String>,
}

impl Apt {
    /// Reads the lists of packages of `suite` and of its security updates, from the mirrors that this machine uses.
    ///
    /// Where one of them fails its verification, it tries once more without the updates, and says so.
    pub(super) fn update(suite: &str, architecture: &str) -> Result<Self> {
        let folder = folder().join(format!(".apt/{suite}-{architecture}"));
        for inner in ["lists/partial", "cache/archives/partial"] {
            fs::create_dir_all(folder.join(inner))?;
        }
        let (sources, status) = (folder.join("mirrors.sources"), folder.join("status"));
        fs::write(&status, "")?;

        let option = |name: &str, path: &Path| format!("-o{name}={}", path.display());
        let options = vec![
            format!("-oAPT::Architecture={architecture}"),
            format!("-oAPT::Architectures={architecture}"),
            option("Dir::State::Lists", &folder.join("lists")),
            option("Dir::State::status", &status),
            option("Dir::Cache", &folder.join("cache")),
            option("Dir::Etc::sourcelist", &sources),
            "-oDir::Etc::sourceparts=-".to_owned(),
            "-oAcquire::Languages=none".to_owned(),
            "-oAcquire::IndexTargets::deb::DEP-11::DefaultEnabled=false".to_owned(),
            // Run by root, apt would fetch as a user who may not write in this folder.
            "-oAPT::Sandbox::User=root".to_owned(),
        ];
        let apt = Self { architecture: architecture.to_owned(), options };
        let main = stanza(&mirror("Debian")?, suite);
        let security = stanza(&mirror("Debian-Security")?, &format!("{suite}-security"));

        println!("reading the packages of {suite} for {architecture}");
        fs::write(&sources, format!("{main}\n{security}"))?;
        if let Err(error) = apt.read_lists() {
            // A mirror can be half synchronised; what apt cannot verify it does not use, and neither does this.
            println!("going on without security updates: {error:#}");
            fs::write(&sources, main)?;
            apt.read_lists()?;
        }
        Ok(apt)
    }

    fn read_lists(&self) -> Result<()> {
        output(&mut self.command("apt-get", &["update", "--error-on=any"]))?;
        Ok(())
    }

    /// The release of the suite's newest kernel, to which its metapackage points.
    pub(super) fn newest_kernel(&self) -> Result<String> {
        let metapackage = format!("linux-image-{}", self.architecture);
        let shown = output(&mut self.command("apt-cache", &["show", "--no-all-versions", &metapackage]))?;
        let shown = String::from_utf8(shown)?;
        let depends = shown.lines().find_map(|line| line.strip_prefix("Depends: linux-image-"));
        let release = depends.and_then(|depends| depends.split([' ', ',']).next());
        let release = release.with_context(|| format!("{metapackage} depends on no kernel:\n{shown}"))?;
        Ok(release.to_owned())
    }

    /// Downloads a package, whose checksum apt proves, into `folder`.
    pub(super) fn download(&self, package: &str, folder: &Path) -> Result<PathBuf> {
        println!("downloading {package}");
        output(self.command("apt-get", &["download", package]).current_dir(folder))?;
        let mut files = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
        files.retain(|file| file.path().extension().is_some_and(|extension| extension == "deb"));
        ensure!(files.len() == 1, "expected one package in {}, found {}", folder.display(), files.len());
        Ok(files.remove(0).path())
    }

    fn command(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = program(name, &self.options);
        command.args(arguments).env("LC_ALL", "C");
        command
    }
}

/// A source in apt's own format.
fn stanza(mirror: &str, suite: &str) -> String {
    format!("Types: deb\nURIs: {mirror}\nSuites: {suite}\nComponents: main\nSigned-By: {KEYS}\n")
}

/// The mirror from which this machine has what Debian labels so.
fn mirror(label: &str) -> Result<String> {
    let format = "$(LABEL) $(COMPONENT) $(REPO_URI)";
    let targets = output(program("apt-get", &["indextargets", "--format", format]).env("LC_ALL", "C"))?;
    let targets = String::from_utf8(targets)?;
    let wanted = format!("{label} main ");
    match targets.lines().find_map(|line| line.strip_prefix(&wanted)) {
        Some(mirror) => Ok(mirror.to_owned()),
        None => bail!("apt knows no mirror labelled `{label}`: this step needs Debian, after `apt-get update`"),
    }
}
