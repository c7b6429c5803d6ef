//! `mapkey generate`: the Rust key for a type.

use std::io::Write;

use clap::Args;
use mapkey_layout::{Origin, generate};

use crate::source::{From, strip_keyword, with_modules};
use crate::{Failure, Outcome};

/// Print the Rust key that mirrors a struct, ready to compile
#[derive(Args)]
#[command(after_help = "Examples:
  mapkey generate bpf_cgroup_storage_key
  mapkey generate bpf_sock_tuple.ipv4 >> src/keys.rs
  mapkey generate flow_key --btf flow.bpf.o")]
pub(crate) struct Arguments {
    /// A struct or union, or a member's type behind dots
    #[arg(value_name = "STRUCT")]
    name: String,
    #[command(flatten)]
    from: From,
    /// One JSON object a line: `name`, `source`, `rust`
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<Outcome, Failure> {
    let source = arguments.from.open()?;
    let origin = if arguments.from.is_kernel() { Origin::Kernel } else { Origin::Object };
    let name = strip_keyword(&arguments.name);
    let description = source.to_string();
    let keys = generate(name, &source.btf()?, &description, origin);
    for (index, rust) in keys.map_err(|reason| with_modules(reason, name, &source))?.iter().enumerate() {
        if arguments.json {
            let object = serde_json::json!({ "name": name, "source": description, "rust": rust });
            writeln!(out, "{object}")?;
        } else {
            let gap = if index == 0 { "" } else { "\n" };
            write!(out, "{gap}{rust}")?;
        }
    }
    Ok(Outcome::Well)
}
