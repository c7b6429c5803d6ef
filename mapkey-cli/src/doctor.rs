//! `mapkey doctor`: what is wrong with this system, and with the way from a program to a map.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use mapkey_runtime::Object;
use mapkey_runtime::doctor::{Finding, Status, System, examine_forbidden, examine_map, examine_object};
use mapkey_runtime::map::{Access, Map, MapRef};

use crate::{Failure, Outcome};

/// Say what is wrong with this system or with a map's programs, and the repair
#[derive(Args)]
#[command(after_help = "Examples:
  mapkey doctor
  mapkey doctor --map name:flows
  mapkey doctor --object flow.bpf.o          each map that it declares: used, loaded, attached, ran
  mapkey doctor --map id:17 --object flow.bpf.o

Nothing is written. What this user may not see is marked `unseen`. The exit code is 1 if there is a problem.")]
pub(crate) struct Arguments {
    /// A map, and the programs that use it: `id:17`, `name:flows`, or the path of a pin
    #[arg(long, value_name = "MAP")]
    map: Option<MapRef>,
    /// The object that the programs and maps were loaded from
    #[arg(long, value_name = "FILE")]
    object: Option<PathBuf>,
    /// One JSON object a line: `check`, `status`, `what`, `evidence`, `why`, `repair`
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<Outcome, Failure> {
    // First, so that a wrong name is told before anything else.
    let (chain, outcome) = chain(arguments)?;
    let mut findings = System::running().examine();
    findings.extend(chain);
    for finding in &findings {
        if arguments.json {
            serde_json::to_writer(&mut *out, finding)?;
            writeln!(out)?;
        } else {
            writeln!(out, "{finding}")?;
        }
    }
    if !arguments.json {
        writeln!(out, "\n{}", summary(&findings))?;
    }
    let is_problem = findings.iter().any(|finding| finding.status == Status::Problem);
    Ok(if is_problem { Outcome::Finding } else { outcome })
}

/// The way from the object to the map, and whether somebody could look.
fn chain(arguments: &Arguments) -> Result<(Vec<Finding>, Outcome), Failure> {
    let object = arguments.object.as_ref().map(Object::file).transpose()?;
    let Some(reference) = &arguments.map else {
        return Ok((object.as_ref().map_or_else(Vec::new, examine_object), Outcome::Well));
    };
    let mut findings = Vec::new();
    let maps = match Map::all(reference, Access::ReadOnly) {
        Ok(maps) => maps,
        // The rest can be seen all the same.
        Err(error) => {
            findings.extend(object.iter().flat_map(examine_object));
            findings.push(examine_forbidden(&error).ok_or(error)?);
            return Ok((findings, Outcome::NotCheckable));
        }
    };
    for map in maps {
        let declared = object.as_ref().and_then(|object| Some((object, object.declaring(map.info())?)));
        if let (Some(object), None) = (&object, &declared) {
            return Err(format!("{object} declares no map called `{}`", map.info().name).into());
        }
        findings.extend(examine_map(&map, declared.as_ref().map(|(object, map)| (*object, map.name))));
    }
    Ok((findings, Outcome::Well))
}

fn summary(findings: &[Finding]) -> String {
    let count = |status| findings.iter().filter(|finding| finding.status == status).count();
    let counts = [Status::Problem, Status::Note, Status::Unseen, Status::Ok];
    let counts = counts.map(|status| {
        let count = count(status);
        let plural = if count != 1 && matches!(status, Status::Problem | Status::Note) { "s" } else { "" };
        format!("{count} {}{plural}", status.name())
    });
    counts.join(", ")
}
