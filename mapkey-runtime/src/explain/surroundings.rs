//! Other maps, and the programs that use this one.

use super::facts::{Attached, Known, MapFacts, ProgramFacts};
use super::{Cause, CauseKind, Explanation, KeyRule, RuledOut};
use crate::plain;
use crate::program::TURN_ON;

pub(super) fn other_maps(facts: &MapFacts, answer: &mut Explanation) {
    // An array has every index, and so has every other.
    if facts.info.map_type.key_rule() == KeyRule::Index {
        return;
    }
    let others = match &facts.other_maps {
        Known::Known(others) => others,
        Known::Unknown { why, .. } => {
            answer.notes.push(format!("whether another map has the key could not be seen: {why}"));
            return;
        }
        Known::NotTried => return,
    };
    for other in others.iter().filter(|other| other.has_key == Some(true)) {
        let users = match other.programs.as_slice() {
            [] => String::new(),
            [only] => format!("; {only} uses that one"),
            several => format!("; {} use that one", several.join(", ")),
        };
        let pin = other.pin.as_ref().map_or_else(String::new, |pin| format!(", which is pinned at {pin} now,"));
        let text = format!("{}{pin} has the key{users}", other.info);
        answer.causes.push(Cause::new(CauseKind::OtherMap, 0.85, text));
    }
    if !answer.causes.iter().any(|cause| cause.kind == CauseKind::OtherMap) {
        let text = match others.len() {
            0 => "no other map has this name, type and key".to_owned(),
            1 => format!("{} looks alike and does not have the key either", others[0].info),
            count => format!("{count} maps look alike, and none of them has the key"),
        };
        answer.ruled_out.push(RuledOut { kind: CauseKind::OtherMap, text });
    }
}

/// What the programs' state proves.
pub(super) fn programs(facts: &MapFacts, entries: u64, answer: &mut Explanation) {
    let Known::Known(programs) = &facts.programs else { return };
    // With entries in the map, somebody writes to it.
    let confidence = if entries == 0 { 0.95 } else { 0.4 };
    let mut cause = |kind, text: String| answer.causes.push(Cause::new(kind, confidence, text));
    if programs.is_empty() {
        let text = match entries {
            0 => "no loaded program uses the map",
            _ => "no loaded program uses the map: what is in it comes from user space, or from a program that is gone",
        };
        cause(CauseKind::ProgramNotLoaded, text.to_owned());
        return;
    }
    let named = |programs: &[&ProgramFacts]| programs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let is_or_are = |count: usize| if count == 1 { "is" } else { "are" };
    let is_attached = |program: &&ProgramFacts| matches!(program.attached, Attached::At(_));
    let attached: Vec<_> = programs.iter().filter(is_attached).collect();
    let is_settled = programs.iter().all(|program| !matches!(program.attached, Attached::Unknown(_)));
    let (names, are) = (named(&programs.iter().collect::<Vec<_>>()), is_or_are(programs.len()));
    if is_settled && attached.is_empty() {
        let text = format!("{names} {are} loaded and attached nowhere: every place for such programs was looked at");
        cause(CauseKind::ProgramNotAttached, text);
    } else if is_settled && programs.iter().all(|program| program.runs == Some(0)) {
        let (names, are) = (named(&attached), is_or_are(attached.len()));
        let have = if attached.len() == 1 { "has" } else { "have" };
        let text = format!("{names} {are} attached and {have} never run since statistics are on");
        cause(CauseKind::ProgramNeverRan, text);
    } else {
        let mut out = |kind, text: String| answer.ruled_out.push(RuledOut { kind, text });
        out(CauseKind::ProgramNotLoaded, format!("{names} {are} loaded"));
        if let Some(program) = attached.first() {
            out(CauseKind::ProgramNotAttached, format!("{program} is attached"));
        }
        if let Some((program, runs)) =
            programs.iter().find_map(|program| Some((program, program.runs.filter(|&runs| runs > 0)?)))
        {
            out(CauseKind::ProgramNeverRan, format!("{program} ran {}", plain::counted(runs, "time", "times")));
        }
    }
}

/// What is not known about the programs, and what would show it.
pub(super) fn unknown_about_programs(facts: &MapFacts) -> String {
    match &facts.programs {
        Known::Unknown { why, command } => {
            let command = command.as_ref().map_or_else(String::new, |command| format!("; `{command}` shows it"));
            format!("; which programs use it could not be seen: {why}{command}")
        }
        Known::Known(programs) => {
            let unknown = programs.iter().find_map(|program| match &program.attached {
                Attached::Unknown(why) => Some(format!("; whether {program} is attached could not be seen: {why}")),
                _ if program.runs.is_none() && !program.can_be_counted => Some(format!(
                    "; whether {program} ever ran is unknown: the kernel does not count the runs of a program that others \
                     jump to"
                )),
                _ if program.runs.is_none() => {
                    Some(format!("; whether {program} ever ran is unknown: `{TURN_ON}` makes the kernel count"))
                }
                _ => None,
            });
            unknown.unwrap_or_default()
        }
        Known::NotTried => String::new(),
    }
}

/// As a person tells it from others: ``program 12 `count` (xdp)``.
impl std::fmt::Display for ProgramFacts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "program {} `{}` ({})", self.id, self.name, self.type_name)
    }
}
