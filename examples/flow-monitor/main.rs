//! Counts the flows of real packets, by a program in C or in Rust, and looks each up by its key.
//!
//! The packets go over the loopback interface of a network namespace that is made for this run and
//! goes with it: nothing else on the machine is touched. This needs root, and says so.

mod network;
#[path = "../support/rights.rs"]
mod rights;
mod traffic;

use std::cmp::Reverse;
use std::fmt;
use std::net::SocketAddrV4;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use aya::Ebpf;
use aya::maps::Map;
use aya::programs::{Xdp, XdpMode};
use clap::Parser;
use flow_common::{FlowKey, FlowStats};
use mapkey_runtime::prelude::*;
use rights::{Capability, Need};
use traffic::Sent;

const IN_C: &[u8] = include_bytes!("flow.bpf.o");
const IN_RUST: &[u8] = include_bytes!("../flow-bpf/flow.bpf.o");

// This does not build where one of the two lays the key out differently.
mapkey_runtime::assert_object!(FlowKey, file = "flow-monitor/flow.bpf.o", map = "flows");
mapkey_runtime::assert_object!(FlowKey, file = "flow-bpf/flow.bpf.o", map = "flows");

/// The exit code where nothing could be shown.
const COULD_NOT: u8 = 2;

const NEEDS: &[Need] = &[
    Need { capability: Capability::Bpf, to: "to make maps and load programs" },
    Need { capability: Capability::NetAdmin, to: "to load and attach XDP programs, and to bring `lo` up" },
    Need { capability: Capability::SysAdmin, to: "to make a network namespace, and to read the types of a map" },
];

/// Counts the flows of real packets on loopback, and looks each up by its key
#[derive(Parser)]
struct Arguments {
    /// Count with the program in C
    #[arg(long, conflicts_with = "rust")]
    c: bool,
    /// Count with the program in Rust, as without an option
    #[arg(long)]
    rust: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Err(missing) = rights::check(NEEDS) {
        eprintln!("flow-monitor: {missing}");
        return ExitCode::from(COULD_NOT);
    }
    match monitor(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("flow-monitor: {error:#}");
            match error.downcast_ref() {
                None | Some(CheckError::Open(_) | CheckError::NotProven { .. }) => ExitCode::from(COULD_NOT),
                Some(_) => ExitCode::FAILURE,
            }
        }
    }
}

/// Returns whether every flow that was sent was found by its key.
fn monitor(arguments: &Arguments) -> Result<bool> {
    network::enter_new_namespace().context("cannot make a network namespace")?;

    let (language, object) = if arguments.c { ("C", IN_C) } else { ("Rust", IN_RUST) };
    let mut ebpf = Ebpf::load(object).context("cannot load the object")?;
    let program: &mut Xdp = ebpf.program_mut("count_flows").context("no program `count_flows`")?.try_into()?;
    program.load().context("the kernel refuses the program")?;
    program.attach_to_if_index(network::LOOPBACK, XdpMode::Skb).context("cannot attach to `lo`")?;
    println!("the program in {language} counts on `lo`, in a network namespace of its own");

    let Some(Map::LruHashMap(flows)) = ebpf.map("flows") else { bail!("no LRU hash map `flows` in the object") };
    let flows = CheckedMap::<FlowKey, FlowStats>::from_fd(flows.fd())?;
    println!("{}\n", flows.proof());

    let sent = traffic::drive().context("cannot send over `lo`")?;
    let mut counted = flows.iter().collect::<Result<Vec<_>, _>>()?;
    print_table(&mut counted);

    println!();
    let mut missed = 0;
    for Sent { key, at_least } in &sent {
        match flows.get(key)? {
            Some(found) if found.packets >= at_least.packets && found.bytes >= at_least.bytes => continue,
            Some(found) => println!("{}: sent {}, counted {}", Flow::from(key), amount(at_least), amount(&found)),
            None => println!("{}: sent {}, and the lookup finds nothing", Flow::from(key), amount(at_least)),
        }
        missed += 1;
    }
    if missed == 0 {
        println!("each of the {} flows that were sent is found by its key", sent.len());
    } else {
        println!("{missed} of the {} flows that were sent are not in the map as they were sent", sent.len());
    }
    Ok(missed == 0)
}

fn amount(stats: &FlowStats) -> String {
    format!("{} packets with {} bytes", stats.packets, stats.bytes)
}

/// The flows, those with most bytes first.
fn print_table(flows: &mut [(FlowKey, FlowStats)]) {
    flows.sort_by_key(|(key, stats)| (Reverse(stats.bytes), key.saddr, key.sport));
    println!("{:<18}{:<18}{:<10}{:>9}{:>10}", "from", "to", "protocol", "packets", "bytes");
    for (key, stats) in flows {
        let Flow { from, to, protocol } = Flow::from(&*key);
        let (from, to) = (from.to_string(), to.to_string());
        println!("{from:<18}{to:<18}{protocol:<10}{:>9}{:>10}", stats.packets, stats.bytes);
    }
}

/// A key as people read it.
struct Flow {
    from: SocketAddrV4,
    to: SocketAddrV4,
    protocol: String,
}

impl From<&FlowKey> for Flow {
    fn from(key: &FlowKey) -> Self {
        let end = |addr, port: Be<u16>| SocketAddrV4::new(Ipv4::from(addr).into(), port.get());
        Self {
            from: end(key.saddr, key.sport),
            to: end(key.daddr, key.dport),
            protocol: match key.proto {
                1 => "icmp".to_owned(),
                6 => "tcp".to_owned(),
                17 => "udp".to_owned(),
                other => other.to_string(),
            },
        }
    }
}

impl fmt::Display for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}, {}", self.from, self.to, self.protocol)
    }
}
