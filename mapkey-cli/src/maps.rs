//! `mapkey maps`: all maps, who uses them and who holds them.

mod columns;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::thread;
use std::time::Duration;

use clap::Args;
use mapkey_runtime::program::Attached;
use mapkey_runtime::system::{Entries, MapRow, MapTable, RowProgram};

use crate::{Failure, Outcome};
use columns::Columns;

/// List the loaded maps, the programs that use each, and who holds it
#[derive(Args)]
#[command(
    after_help = "Without CAP_SYS_ADMIN only maps are shown whose pin this user may open; what cannot be seen is said.
Exit codes: 0 maps were listed, 2 nothing could be seen"
)]
pub(crate) struct Arguments {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// Print the table again every second, until interrupted
    #[arg(long)]
    watch: bool,
    /// Count the entries of a map up to this number; 0 counts none
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    count: usize,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<Outcome, Failure> {
    let clears = arguments.watch && !arguments.json && io::stdout().is_terminal();
    loop {
        let table = MapTable::read(arguments.count);
        if clears {
            // The cursor to the upper left corner, and nothing below it.
            write!(out, "\x1b[H\x1b[J")?;
        }
        let outcome = if arguments.json { json(&table, out)? } else { text(&table, out)? };
        if !arguments.watch {
            return Ok(outcome);
        }
        if !clears && !arguments.json {
            writeln!(out)?;
        }
        out.flush()?;
        thread::sleep(Duration::from_secs(1));
    }
}

fn outcome(table: &MapTable) -> Outcome {
    if table.rows.is_empty() && !table.unseen.is_empty() { Outcome::NotCheckable } else { Outcome::Well }
}

fn json(table: &MapTable, out: &mut impl Write) -> Result<Outcome, Failure> {
    for row in &table.rows {
        serde_json::to_writer(&mut *out, row)?;
        writeln!(out)?;
    }
    for unseen in &table.unseen {
        eprintln!("mapkey: {}", printable(unseen));
    }
    Ok(outcome(table))
}

fn text(table: &MapTable, out: &mut impl Write) -> Result<Outcome, Failure> {
    if table.rows.is_empty() && table.unseen.is_empty() {
        writeln!(out, "no maps are loaded")?;
    }
    let columns = Columns::of(&table.rows, console::Term::stdout().size_checked().map(|(_, width)| usize::from(width)));
    if !table.rows.is_empty() {
        writeln!(out, "{}", columns.head())?;
    }
    for row in &table.rows {
        writeln!(out, "{}", columns.row(row))?;
        details(row, out)?;
    }
    for unseen in &table.unseen {
        writeln!(out, "unseen: {}", printable(unseen))?;
    }
    Ok(outcome(table))
}

/// What belongs to a map, a line for each thing.
fn details(row: &MapRow, out: &mut impl Write) -> io::Result<()> {
    for program in row.programs.iter().flatten() {
        writeln!(out, "    used by {}", printable(&program_line(program)))?;
    }
    for pin in &row.pins {
        writeln!(out, "    pinned at {}", printable(&pin.to_string_lossy()))?;
    }
    if !row.holders.is_empty() {
        let holders: Vec<_> = row.holders.iter().map(ToString::to_string).collect();
        writeln!(out, "    open in {}", printable(&holders.join(", ")))?;
    }
    for outer in &row.held_in {
        writeln!(out, "    an element of map {outer}")?;
    }
    if !row.same_name.is_empty() {
        let ids: Vec<_> = row.same_name.iter().map(u32::to_string).collect();
        writeln!(out, "    ! same name: map {}", ids.join(", "))?;
    }
    if row.unused == Some(true) {
        writeln!(out, "    ! no loaded program uses it{}", held_by(row))?;
    }
    Ok(())
}

fn held_by(row: &MapRow) -> &'static str {
    match (row.pins.is_empty(), row.holders.is_empty(), row.held_in.is_empty()) {
        (false, ..) => "; its pin keeps it",
        (true, false, _) => "; the process that has it open keeps it",
        (true, true, false) => "; the map that holds it keeps it",
        (true, true, true) => "; what keeps it was not seen",
    }
}

fn program_line(program: &RowProgram) -> String {
    let RowProgram { id, name, program_type, attached, attachments, .. } = program;
    let mut line = format!("program {id} `{name}` ({program_type})");
    for (index, attachment) in attachments.iter().enumerate() {
        let separator = if index == 0 { ": " } else { "; " };
        line.push_str(separator);
        line.push_str(attachment);
    }
    match attached {
        Attached::Yes => {}
        Attached::No => line.push_str(", not attached"),
        Attached::Unknown => line.push_str(", whether it is attached is not known"),
    }
    line
}

/// Whoever names a process or a file chooses the bytes: none of them may steer the terminal.
fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::new();
    for character in text.chars() {
        if character.is_control() {
            // Writing to a string does not fail.
            let _ = write!(safe, "{}", character.escape_default());
        } else {
            safe.push(character);
        }
    }
    Cow::Owned(safe)
}

/// `17`, `>100000`, `-`.
fn entries(entries: Entries) -> String {
    match entries {
        Entries::Counted(count) => count.to_string(),
        Entries::MoreThan(count) => format!(">{count}"),
        _ => "-".to_owned(),
    }
}
