//! `mapkey doctor`: what is wrong with this system.

use std::io::Write;

use clap::Args;
use mapkey_runtime::doctor::{Finding, Status, System};

use crate::{Failure, Outcome};

/// Say what is wrong with this system, and the repair
#[derive(Args)]
#[command(after_help = "Nothing is written. What this user may not see is marked `unseen`.")]
pub(crate) struct Arguments {
    /// One JSON object a line: `check`, `status`, `what`, `evidence`, `why`, `repair`
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<Outcome, Failure> {
    let findings = System::running().examine();
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
    Ok(if is_problem { Outcome::Finding } else { Outcome::Well })
}

fn summary(findings: &[Finding]) -> String {
    let count = |status| findings.iter().filter(|finding| finding.status == status).count();
    let counts = [Status::Problem, Status::Note, Status::Unseen, Status::Ok];
    let counts: Vec<_> = counts.iter().map(|&status| format!("{} {}", count(status), status.name())).collect();
    counts.join(", ")
}
