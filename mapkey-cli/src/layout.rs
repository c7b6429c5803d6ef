//! `mapkey layout`: a type as the kernel or a file has it.

use std::io::Write;

use clap::Args;
use mapkey_layout::{TypeLayout, type_layouts};

use crate::source::{From, strip_keyword, with_modules};
use crate::{Failure, Outcome, object};

/// Print a type's layout, holes and padding as rows
#[derive(Args)]
#[command(after_help = "Examples:
  mapkey layout in6_addr                 a struct of the running kernel
  mapkey layout bpf_sock_tuple.ipv4      the type of one of its members
  mapkey layout flow_key --btf flow.bpf.o
  mapkey layout --object flow.bpf.o        the maps that it declares, and the programs that use each
  mapkey layout flows --object flow.bpf.o  the keys of one of them, or else the type of that name
  mapkey layout --map name:flows           the keys of a live map")]
pub(crate) struct Arguments {
    /// A struct, union, enum or typedef, or a member's type behind dots; with --object also a map
    #[arg(value_name = "STRUCT", required_unless_present_any = ["all", "object", "map"])]
    name: Option<String>,
    /// Every named struct and union, in the order of their ids
    #[arg(long, conflicts_with = "name")]
    all: bool,
    #[command(flatten)]
    from: From,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<Outcome, Failure> {
    if let (Some(path), None, false) = (&arguments.from.object, &arguments.name, arguments.all) {
        return object::list(path, arguments.json, out);
    }
    let source = arguments.from.open()?;
    let designated = if arguments.name.is_none() && !arguments.all { source.designated_layout() } else { None };
    let mut is_first = true;
    let mut print = |layout: TypeLayout| -> Result<(), Failure> {
        if arguments.json {
            serde_json::to_writer(&mut *out, &layout)?;
            writeln!(out)?;
        } else {
            let gap = if is_first { "" } else { "\n" };
            write!(out, "{gap}{layout}")?;
        }
        is_first = false;
        Ok(())
    };
    match &arguments.name {
        None if designated.is_some() => designated.transpose()?.into_iter().try_for_each(print)?,
        Some(name) => {
            let name = strip_keyword(name);
            if let Some(path) = &arguments.from.object
                && let Some(layout) = object::key_layout(path, name)?
            {
                print(layout)?;
                return Ok(Outcome::Well);
            }
            let layouts = type_layouts(name, &source.btf()?, &source.to_string());
            layouts.map_err(|reason| with_modules(reason, name, &source))?.into_iter().try_for_each(print)?;
        }
        None => TypeLayout::for_all(&source.btf()?, &mut print)?,
    }
    Ok(Outcome::Well)
}
