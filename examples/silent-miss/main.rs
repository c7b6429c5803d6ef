//! The bug that mapkey is about: the entry is in the map, every field of its key is right, and the lookup
//! finds nothing.
//!
//! A program in C counts packets under a struct with one byte of padding, which it leaves as it finds
//! it on the stack. The kernel lets a privileged program do that since 6.3, 6.1.100 and 5.15.163. No packet
//! leaves the machine: the kernel runs the program on packets that are made up here. This needs
//! root, and says so.

mod packet;
#[path = "../support/rights.rs"]
mod rights;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use aya::Ebpf;
use aya::maps::Map;
use aya::programs::{ProgramError, TestRun, TestRunOptions, Xdp};
use mapkey_runtime::prelude::*;
use rights::{Capability, Need};

const OBJECT: &[u8] = include_bytes!("silent-miss.bpf.o");

/// The exit code where nothing could be shown.
const COULD_NOT: u8 = 2;

const NEEDS: &[Need] = &[
    Need { capability: Capability::Bpf, to: "to make maps and load programs" },
    Need { capability: Capability::NetAdmin, to: "to load XDP programs" },
    Need { capability: Capability::Perfmon, to: "to load a program that reads what it never wrote" },
    Need { capability: Capability::SysAdmin, to: "to read the types of a map" },
];

/// Where packets go. In C the last byte is nobody's; here it is zero, and nobody can forget it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, MapKey)]
#[repr(C)]
struct ConnKey {
    daddr: Ipv4,
    dport: Be<u16>,
    #[mapkey(rename = "l4_proto")]
    proto: u8,
    _pad: Padding<1>,
}

const TO: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(192, 0, 2, 53), 53);
const UDP: u8 = 17;
/// Three packets to one place, which differ in their length alone.
const PAYLOADS: [u8; 3] = [5, 24, 40];

fn main() -> ExitCode {
    if let Err(missing) = rights::check(NEEDS) {
        eprintln!("silent-miss: {missing}");
        return ExitCode::from(COULD_NOT);
    }
    match show() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("silent-miss: {error:#}");
            ExitCode::from(COULD_NOT)
        }
    }
}

/// Returns whether the bug showed, and the repair repaired it.
fn show() -> Result<bool> {
    let mut ebpf = Ebpf::load(OBJECT).context("cannot load the object")?;
    let wanted = ConnKey::new((*TO.ip()).into(), Be::new(TO.port()), UDP);

    println!("{} UDP packets go to {TO}, and a program in C counts them under this key:\n", PAYLOADS.len());
    println!("    struct conn_key {{ __be32 daddr; __be16 dport; __u8 l4_proto; }};\n");
    run(&mut ebpf, "count_conns")?;
    let conns = open(&ebpf, "conns")?;
    let missed = conns.get(&wanted)?;
    println!("{}", conns.proof());
    println!("the lookup of {TO}, udp: {}", Found(missed));
    let (entries, dirty) = print_entries(&wanted, &conns)?;
    if dirty == 0 {
        println!("\nno padding is dirty: this time zeros lay on the stack, and nobody noticed the bug");
        return Ok(false);
    }
    println!(
        "\n{dirty} of {entries} keys have dirty padding: the struct has seven bytes of members and is eight bytes long; \
         the program\nsets every member, and the last byte keeps what lay on the stack before, here a part of the \
         UDP length"
    );

    println!("\nthe repair in C: the byte gets a name, and the key starts from zero\n");
    println!("    struct conn_key {{ __be32 daddr; __be16 dport; __u8 l4_proto; __u8 _pad; }};");
    println!("    struct conn_key key = {{}};\n");
    run(&mut ebpf, "count_repaired")?;
    let found = open(&ebpf, "repaired")?.get(&wanted)?;
    println!("the same packets, and the lookup of {TO}, udp: {}", Found(found));
    Ok(missed.is_none() && found == Some(PAYLOADS.len() as u64))
}

/// Runs a program of the object on each packet.
fn run(ebpf: &mut Ebpf, program: &str) -> Result<()> {
    let xdp: &mut Xdp = ebpf.program_mut(program).with_context(|| format!("no program `{program}`"))?.try_into()?;
    match xdp.load() {
        Err(ProgramError::LoadError { verifier_log, .. }) if verifier_log.to_string().contains("read from stack") => {
            bail!(
                "this kernel refuses a program that reads what it never wrote, as those before 6.3 do, so that the bug cannot happen"
            )
        }
        loaded => loaded.context("the kernel refuses the program")?,
    }
    for payload in PAYLOADS {
        let packet = packet::udp(TO, payload);
        xdp.test_run(TestRunOptions { data_in: Some(&packet), ..TestRunOptions::default() })
            .context("the kernel does not run the program")?;
    }
    Ok(())
}

/// Prints the wanted key and those in the map under each other; returns how many these are, and how many
/// of them have dirty padding.
fn print_entries(wanted: &ConnKey, conns: &CheckedMap<ConnKey, u64>) -> Result<(usize, usize)> {
    let mut entries = conns.iter().collect::<Result<Vec<_>, _>>()?;
    entries.sort_by(|(a, _), (b, _)| a.as_bytes().cmp(b.as_bytes()));

    println!("\n  {:<14}daddr        dport  l4_proto  padding", "");
    println!("  {:<14}{}", "looked up", Bytes(wanted));
    let mut dirty = 0;
    for (key, packets) in &entries {
        let padding = key.dirty_padding().to_string();
        dirty += usize::from(!padding.is_empty());
        let note = if padding.is_empty() { padding } else { format!(", dirty padding {padding}") };
        println!("  {:<14}{}       {}{note}", "in the map", Bytes(key), Packets(*packets));
    }
    Ok((entries.len(), dirty))
}

/// A key's bytes, field by field.
struct Bytes<'k>(&'k ConnKey);

impl fmt::Display for Bytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, p, q, proto, pad]: [u8; 8] = bytemuck::cast(*self.0);
        write!(f, "{a:02x} {b:02x} {c:02x} {d:02x}  {p:02x} {q:02x}  {proto:02x}        {pad:02x}")
    }
}

struct Packets(u64);

impl fmt::Display for Packets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} packet{}", self.0, if self.0 == 1 { "" } else { "s" })
    }
}

/// What a lookup gives.
struct Found(Option<u64>);

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(packets) => Packets(packets).fmt(f),
            None => f.write_str("nothing"),
        }
    }
}

/// The map, once its keys are proven to be `ConnKey`s.
fn open(ebpf: &Ebpf, name: &str) -> Result<CheckedMap<ConnKey, u64>> {
    let Some(Map::HashMap(map)) = ebpf.map(name) else { bail!("no hash map `{name}` in the object") };
    Ok(CheckedMap::from_fd(map.fd())?)
}
