//! `mapkey explain`: why a key is not found.

use std::io::Write;

use clap::Args;
use mapkey_runtime::explain::{Explanation, Inquiry, Wanted};
use mapkey_runtime::map::{Access, Map, MapRef, OpenError};

use crate::key_from::KeyFrom;
use crate::progress::Progress;
use crate::{Failure, Outcome};

/// Say why a key is not found in a map
#[derive(Args)]
#[command(after_help = "Examples:
  mapkey explain name:flows saddr=192.0.2.1 dport=443 l4_proto=6
  mapkey explain /sys/fs/bpf/flows src.port=53 'addr[3]=1'
  mapkey explain id:17 key=5                 a key without fields
  mapkey explain id:17 --hex 'c0 00 02 01'
  mapkey explain /sys/fs/bpf/flows --key-from target/release/agent:FlowKey dport=443

A field that is left out is zero. A number in a __be16, __be32 or __be64 is the value, stored in network
order; an address is stored in network order everywhere. Nothing is written to the map.

Exit codes: 0 the key is there, 1 it is not, 2 nobody could look.")]
pub(crate) struct Arguments {
    /// `id:17`, `name:flows`, or the path of a pin
    #[arg(value_name = "MAP")]
    map: MapRef,
    /// The key's fields, named as in C; `key=5` for a key without fields
    #[arg(value_name = "FIELD=VALUE", required_unless_present = "hex", conflicts_with = "hex")]
    fields: Vec<String>,
    /// The key's bytes in hexadecimal
    #[arg(long, value_name = "BYTES")]
    hex: Option<String>,
    /// Take the fields from a key that derives `MapKey` in this binary, and not from the map's BTF
    #[arg(long, value_name = "BINARY:KEY")]
    key_from: Option<KeyFrom>,
    /// One JSON object for each map: `map`, `found`, `causes`, `ruled_out`, ...; with `error` where nothing could be asked
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<Outcome, Failure> {
    let result = explain(arguments, out);
    if let Err(failure) = &result
        && arguments.json
        && !crate::is_closed_pipe(failure)
    {
        // Whoever reads JSON reads an object whatever happens.
        let answer = serde_json::json!({
            "map": arguments.map.to_string(),
            "found": null,
            "causes": [],
            "ruled_out": [],
            "error": failure.to_string(),
        });
        writeln!(out, "{answer}")?;
    }
    result
}

fn explain(arguments: &Arguments, out: &mut impl Write) -> Result<Outcome, Failure> {
    let maps = match Map::all(&arguments.map, Access::ReadOnly) {
        Ok(maps) => maps,
        Err(error) => return forbidden(arguments, error, out),
    };
    if maps.len() > 1 && !arguments.json {
        let ids: Vec<_> = maps.iter().map(|map| format!("id:{}", map.info().id)).collect();
        writeln!(out, "{} maps are called so ({}); the answer for each:\n", maps.len(), ids.join(", "))?;
    }
    let mut found = Vec::new();
    for (index, map) in maps.iter().enumerate() {
        let answer = ask(map, arguments)?;
        if index > 0 && !arguments.json {
            writeln!(out)?;
        }
        print(&answer, arguments.json, out)?;
        found.push(answer.found);
    }
    Ok(outcome(&found))
}

fn print(answer: &Explanation, json: bool, out: &mut impl Write) -> Result<(), Failure> {
    if json {
        serde_json::to_writer(&mut *out, answer)?;
        writeln!(out)?;
    } else {
        writeln!(out, "{}", answer.to_string().trim_end())?;
    }
    Ok(())
}

/// That this user may not open the map is an answer too.
fn forbidden(arguments: &Arguments, error: OpenError, out: &mut impl Write) -> Result<Outcome, Failure> {
    let wanted = arguments.hex.as_deref().map(Wanted::of_hex).transpose()?;
    match Explanation::of_forbidden(&arguments.map.to_string(), wanted.as_ref(), &error) {
        Some(answer) => print(&answer, arguments.json, out).map(|()| Outcome::NotCheckable),
        None => Err(error.into()),
    }
}

/// One map that has the key is enough.
fn outcome(found: &[Option<bool>]) -> Outcome {
    match found {
        found if found.contains(&Some(true)) => Outcome::Well,
        found if found.contains(&Some(false)) => Outcome::Finding,
        _ => Outcome::NotCheckable,
    }
}

fn ask(map: &Map, arguments: &Arguments) -> Result<Explanation, Failure> {
    let progress = Progress::of_entries(map.info().to_string());
    let inquiry = match &arguments.key_from {
        Some(key) => Inquiry::with_shape(map, key.shape(map)?),
        None => Inquiry::of(map),
    };
    let inquiry = inquiry.progress(|seen| progress.at(seen));
    let wanted = match &arguments.hex {
        Some(hex) => Wanted::of_hex(hex)?,
        None => match inquiry.wanted(&arguments.fields) {
            Ok(wanted) => wanted,
            // That this user may not see where the fields are is an answer too.
            Err(error) => return inquiry.forbidden(&error).ok_or(error.into()),
        },
    };
    let answer = inquiry.ask(&wanted);
    progress.clear();
    Ok(answer?)
}
