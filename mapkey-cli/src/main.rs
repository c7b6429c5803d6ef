//! The command `mapkey`: arguments, printing, exit codes.

mod binary;
mod check;
mod doctor;
mod dump;
mod explain;
mod generate;
mod key_from;
mod layout;
mod maps;
mod missing;
mod object;
mod progress;
mod source;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Why is an eBPF map key not found?
#[derive(Parser)]
#[command(name = "mapkey", version, about, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 all is well, 1 a mismatch or finding, 2 not checkable, no such thing, or usage";

#[derive(Subcommand)]
enum Command {
    Explain(explain::Arguments),
    Missing(missing::Arguments),
    Dump(dump::Arguments),
    Maps(maps::Arguments),
    Doctor(doctor::Arguments),
    Check(check::Arguments),
    Layout(layout::Arguments),
    Generate(generate::Arguments),
}

/// What a command that did its work found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Well,
    /// A mismatch or a finding; goes before `NotCheckable`.
    Finding,
    NotCheckable,
}

impl Outcome {
    /// When something else could not be checked.
    fn or_not_checkable(self) -> Self {
        if self == Self::Finding { self } else { Self::NotCheckable }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Well => Self::SUCCESS,
            Outcome::Finding => Self::FAILURE,
            Outcome::NotCheckable => Self::from(2),
        }
    }
}

/// Why a command could not do its work.
type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let Arguments { command } = Arguments::parse();
    let mut out = io::BufWriter::new(io::stdout().lock());
    let result = match command {
        Command::Explain(arguments) => explain::run(&arguments, &mut out),
        Command::Missing(arguments) => missing::run(&arguments, &mut out),
        Command::Dump(arguments) => dump::run(&arguments, &mut out),
        Command::Maps(arguments) => maps::run(&arguments, &mut out),
        Command::Doctor(arguments) => doctor::run(&arguments, &mut out),
        Command::Check(arguments) => check::run(&arguments, &mut out),
        Command::Layout(arguments) => layout::run(&arguments, &mut out),
        Command::Generate(arguments) => generate::run(&arguments, &mut out),
    };
    match result.and_then(|outcome| Ok(out.flush().map(|()| outcome)?)) {
        Ok(outcome) => outcome.into(),
        Err(failure) if is_closed_pipe(&failure) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("mapkey: {failure}");
            ExitCode::from(2)
        }
    }
}

/// Whoever reads the output has seen enough: `mapkey layout --all | head`.
fn is_closed_pipe(failure: &Failure) -> bool {
    let io = failure.downcast_ref::<io::Error>().map(io::Error::kind);
    let json = failure.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
    io.or(json) == Some(io::ErrorKind::BrokenPipe)
}
