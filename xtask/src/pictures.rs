//! The pictures in the README: what the command says of a real map, drawn as a terminal shows it.

mod svg;

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, ensure};

use crate::command::{cargo, program, root, run, target};

/// A program that leaves a byte of its stack in the padding of its keys.
const OBJECT: &str = "examples/silent-miss/silent-miss.bpf.o";
const PROGRAMS: &str = "/sys/fs/bpf/mapkey-pictures";
const CONNS: &str = "/sys/fs/bpf/conns";
const REPAIRED: &str = "/sys/fs/bpf/repaired";

/// Loads the program, lets it count packets, asks why a key is not found, and draws the answers.
pub(crate) fn draw() -> Result<()> {
    run(&mut cargo(&["build", "--package", "mapkey-cli"]))?;
    let pins = Pins::new()?;
    run(&mut program("bpftool", &["prog", "loadall", OBJECT, PROGRAMS, "pinmaps", BPFFS]))?;
    for (address, packets) in [([192, 0, 2, 53], "3"), ([192, 0, 2, 80], "1")] {
        let packet = pins.scratch.join("packet");
        fs::write(&packet, udp(address))?;
        let packet = packet.to_str().context("a path that is no text")?;
        let counter = format!("{PROGRAMS}/count_conns");
        run(&mut program("bpftool", &["prog", "run", "pinned", &counter, "data_in", packet, "repeat", packets]))?;
    }
    picture("explain", &["explain", CONNS, "daddr=192.0.2.53", "dport=53", "l4_proto=17"])?;
    picture("doctor", &["doctor", "--map", CONNS, "--object", OBJECT])
}

/// Runs the command and draws what it printed as `docs/NAME.svg`.
fn picture(name: &str, arguments: &[&str]) -> Result<()> {
    let mapkey = target().join("debug/mapkey");
    let output = Command::new(&mapkey).args(arguments).current_dir(root()).output()?;
    // 1 is a finding, which both have.
    ensure!(output.status.code() == Some(1), "{name}: {}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    // What the builder of this kernel put behind its version is nobody's business.
    let release = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let release = release.trim();
    let shown = |text: &str| text.replace(release, release.split('-').next().unwrap_or(release));
    let mut text = format!("$ mapkey {}\n", arguments.join(" "));
    text += &String::from_utf8(output.stdout)?;
    let file = root().join("docs").join(name).with_extension("svg");
    fs::write(&file, svg::terminal(&shown(&text)))?;
    println!("{}", file.display());
    Ok(())
}

/// A UDP packet to port 53, as it comes off the wire: Ethernet, IPv4 and UDP without checksums, 5 bytes of payload.
fn udp(to: [u8; 4]) -> Vec<u8> {
    let mut packet = vec![0; 12];
    packet.extend([0x08, 0x00, 0x45, 0, 0, 33, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1]);
    packet.extend(to);
    packet.extend([0x9c, 0x41, 0, 53, 0, 13, 0, 0]);
    packet.extend(*b".....");
    packet
}

/// Where loaders look for pins.
const BPFFS: &str = "/sys/fs/bpf";

/// The pins that the pictures take, and the bpffs where none is mounted; both are gone at the end.
struct Pins {
    scratch: PathBuf,
    mounted: bool,
}

impl Pins {
    fn new() -> Result<Self> {
        let scratch = env::temp_dir().join(format!("mapkey-pictures-{}", std::process::id()));
        fs::create_dir_all(&scratch)?;
        let mounts = fs::read_to_string("/proc/self/mounts")?;
        let is_mounted = mounts.lines().any(|line| line.split(' ').nth(1) == Some(BPFFS));
        let mut pins = Self { scratch, mounted: false };
        if !is_mounted {
            run(&mut program("mount", &["-t", "bpf", "bpffs", BPFFS])).context("only root can draw the pictures")?;
            pins.mounted = true;
        }
        Ok(pins)
    }
}

impl Drop for Pins {
    fn drop(&mut self) {
        // What is not there need not go away.
        let _ = fs::remove_dir_all(PROGRAMS);
        let _ = fs::remove_file(CONNS);
        let _ = fs::remove_file(REPAIRED);
        if self.mounted {
            let _ = run(&mut program("umount", &[BPFFS]));
        }
        let _ = fs::remove_dir_all(&self.scratch);
    }
}
