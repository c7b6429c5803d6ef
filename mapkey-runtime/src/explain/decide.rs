//! What the answer is, and in which order: a pure function of what was found.

use super::draw::Drawing;
use super::facts::{Lookup, MapFacts, WalkFacts};
use super::scan::{Findings, prefix_len};
use super::{Cause, CauseKind, Explanation, KeyRule, RuledOut, Wanted, repair, show, surroundings};
use crate::map::Room;
use crate::plain;

/// Twins that are surer than this come before what the map's surroundings say.
const SURE: f64 = 0.5;

/// Twins that are less sure than this come behind what differs in one field.
const WEAK: f64 = 0.3;

/// Why `wanted` is not found in a map of which `facts` are known, and in whose keys a scan found `findings`.
///
/// What the map's type, its sizes and this user's rights decide comes first; then twins of the wanted key, the rarest
/// coincidence first; another map that has it; eviction and lack of room; the state of the programs; that the map is
/// empty; near values. Twins that may well be chance come behind the programs' state.
#[must_use]
pub fn explain(wanted: &Wanted, facts: &MapFacts, findings: Option<&Findings>) -> Explanation {
    let mut answer = Explanation {
        map: facts.info.to_string(),
        wanted: wanted.bytes().to_vec(),
        found: found(facts),
        causes: Vec::new(),
        ruled_out: Vec::new(),
        notes: notes(wanted, facts),
        repair: None,
        drawing: None,
    };
    if let Lookup::Present { stored, value } = &facts.lookup {
        answer.causes.push(present(wanted, stored.as_deref(), value));
        return answer;
    }
    by_type(wanted.bytes(), facts, &mut answer);
    if answer.causes.is_empty() {
        if let Some(cause) = permission(facts) {
            answer.causes.push(cause);
        }
        by_entries(facts, findings, &mut answer);
    }
    let is_lost = |cause: &Cause| cause.kind == CauseKind::Permission;
    if answer.causes.is_empty() || answer.causes.iter().all(is_lost) && answer.found == Some(false) {
        answer.notes.push("the key may never have been written, or may have been deleted".to_owned());
    }
    // More digits than these mean nothing.
    answer.causes.iter_mut().for_each(|cause| cause.confidence = (cause.confidence * 1000.0).round() / 1000.0);
    let first = answer.causes.first();
    answer.drawing = findings
        .zip(first.and_then(|cause| cause.entry.as_deref()))
        .map(|(findings, entry)| Drawing::new(findings, entry));
    answer.repair = repair::of(first, facts, findings);
    answer
}

fn found(facts: &MapFacts) -> Option<bool> {
    match facts.lookup {
        Lookup::Present { .. } => Some(true),
        Lookup::Absent => Some(false),
        Lookup::Impossible { .. } | Lookup::Unsupported { .. } | Lookup::NotTried => None,
    }
}

fn notes(wanted: &Wanted, facts: &MapFacts) -> Vec<String> {
    let mut notes = Vec::new();
    if !wanted.left_out().is_empty() {
        let are = if wanted.left_out().len() == 1 { "was left out and is" } else { "were left out and are" };
        notes.push(format!("{} {are} zero", show::names(wanted.left_out())));
    }
    if let Lookup::Impossible { why, is_permission: false } = &facts.lookup {
        notes.push(why.clone());
    }
    match &facts.walk {
        WalkFacts::Complete { restarts } if *restarts > 0 => notes.push(format!(
            "the map changed while it was read: the kernel began again {}, and entries may have been missed",
            plain::counted(*restarts as u64, "time", "times")
        )),
        WalkFacts::Failed { why, .. } => {
            notes
                .push(format!("the map's keys could not all be read, so that a near miss may have been missed: {why}"));
        }
        _ => {}
    }
    notes
}

fn present(wanted: &Wanted, stored: Option<&[u8]>, value: &[u8]) -> Cause {
    let as_stored = stored.filter(|stored| *stored != wanted.bytes());
    let stored_text = as_stored.map_or_else(String::new, |stored| {
        format!(", by the entry {} with a prefix of {} bits", plain::hex(stored), prefix_len(stored))
    });
    let mut cause =
        Cause::new(CauseKind::Present, 1.0, format!("it is there{stored_text}; the value is {}", plain::hex(value)));
    cause.entry = Some(stored.unwrap_or(wanted.bytes()).to_vec());
    cause
}

/// What the map's type and sizes decide alone.
fn by_type(wanted: &[u8], facts: &MapFacts, answer: &mut Explanation) {
    let info = &facts.info;
    let rule = info.map_type.key_rule();
    let certain = |kind, text: String| Cause::new(kind, 1.0, text);
    let out = |kind, text: String| RuledOut { kind, text };
    let map_type = info.map_type.with_article();
    let no_keys = match rule {
        KeyRule::None => Some(format!("{map_type} has no keys: nothing can be looked up in it by one")),
        KeyRule::Owner => Some(format!(
            "the key of {map_type} is a file descriptor of the thing that has the value, not bytes of the program's"
        )),
        _ => None,
    };
    let no_lookup = match &facts.lookup {
        Lookup::Unsupported { why } => Some(why.clone()),
        _ => None,
    };
    if let Some(text) = no_keys.or(no_lookup) {
        answer.causes.push(certain(CauseKind::WrongMapType, text));
        return;
    }
    let keys = match rule {
        KeyRule::Index => "an index",
        KeyRule::Prefix => "a prefix",
        _ => "any bytes",
    };
    let text = format!("keys of {map_type} are {keys}");
    answer.ruled_out.push(out(CauseKind::WrongMapType, text));
    let size = info.key_size as usize;
    if wanted.len() != size {
        let text =
            format!("this map's keys have {}, and this one has {}", plain::bytes(size), plain::bytes(wanted.len()));
        answer.causes.push(certain(CauseKind::KeySize, text));
        return;
    }
    answer.ruled_out.push(out(CauseKind::KeySize, format!("both sides have {}", plain::bytes(size))));
    match (rule, wanted.first_chunk()) {
        (KeyRule::Index, Some(bytes)) => index(u32::from_ne_bytes(*bytes), facts, answer),
        (KeyRule::Prefix, Some(bytes)) => prefix(u32::from_ne_bytes(*bytes), size, answer),
        _ => {}
    }
}

fn index(index: u32, facts: &MapFacts, answer: &mut Explanation) {
    let most = facts.info.max_entries;
    if index < most {
        let slot = if facts.info.map_type.is_array() { "" } else { "; the slot is empty" };
        let text = format!("index {index} is below the map's {most} entries{slot}");
        answer.ruled_out.push(RuledOut { kind: CauseKind::IndexOutOfRange, text });
        return;
    }
    let swapped = index.swap_bytes();
    let hint =
        if swapped < most { format!("; in the other byte order it is {swapped}, which exists") } else { String::new() };
    let text =
        format!("index {index} does not exist: the map has {most} entries, 0 to {}{hint}", most.saturating_sub(1));
    answer.causes.push(Cause::new(CauseKind::IndexOutOfRange, 1.0, text));
}

fn prefix(found: u32, size: usize, answer: &mut Explanation) {
    let most = size.saturating_sub(4) * 8;
    if found as usize <= most {
        let text = format!("{found} bits are no more than the {most} of the map's data");
        answer.ruled_out.push(RuledOut { kind: CauseKind::PrefixTooLong, text });
        return;
    }
    let swapped = found.swap_bytes();
    let hint = if swapped as usize <= most {
        format!("; in the other byte order it is {swapped}: the length is a number in this machine's order")
    } else {
        String::new()
    };
    let text =
        format!("a prefix of {found} bits is longer than the map's data of {most} bits, which finds nothing{hint}");
    answer.causes.push(Cause::new(CauseKind::PrefixTooLong, 1.0, text));
}

fn permission(facts: &MapFacts) -> Option<Cause> {
    let lookup = match &facts.lookup {
        Lookup::Impossible { why, is_permission: true } => Some(why),
        _ => None,
    };
    let walk = match &facts.walk {
        WalkFacts::Failed { why, is_permission: true } => Some(why),
        _ => None,
    };
    let why = lookup.or(walk)?;
    Some(Cause::new(CauseKind::Permission, if lookup.is_some() { 1.0 } else { 0.2 }, why.clone()))
}

/// What the map's entries and its surroundings say.
fn by_entries(facts: &MapFacts, findings: Option<&Findings>, answer: &mut Explanation) {
    let is_complete = matches!(facts.walk, WalkFacts::Complete { .. });
    let (sure, unsure): (Vec<_>, Vec<_>) =
        findings.map(Findings::claims).unwrap_or_default().into_iter().partition(|claim| claim.confidence() >= SURE);
    let push = |claim: super::claims::Claim, answer: &mut Explanation| {
        for (index, mut cause) in claim.causes.into_iter().enumerate() {
            cause.is_together = index > 0;
            answer.causes.push(cause);
        }
    };
    sure.into_iter().for_each(|claim| push(claim, answer));
    surroundings::other_maps(facts, answer);
    if let Some(findings) = findings.filter(|_| is_complete) {
        room(facts, findings.entries(), answer);
        surroundings::programs(facts, findings.entries(), answer);
        empty(facts, findings.entries(), answer);
    } else {
        surroundings::programs(facts, 1, answer);
    }
    let (unsure, weak): (Vec<_>, Vec<_>) = unsure.into_iter().partition(|claim| claim.confidence() >= WEAK);
    unsure.into_iter().for_each(|claim| push(claim, answer));
    if let Some(findings) = findings {
        if findings.found.same > 0 && answer.found == Some(false) {
            answer.notes.push("the key was written while the map was read: look it up again".to_owned());
        }
        answer.causes.extend(findings.nears());
        weak.into_iter().for_each(|claim| push(claim, answer));
        if is_complete && findings.entries() > 0 {
            twins_ruled_out(findings, answer);
        }
    }
}

/// Eviction and lack of room.
fn room(facts: &MapFacts, entries: u64, answer: &mut Explanation) {
    let share = format!("{entries} of {} entries are taken", facts.info.max_entries);
    match facts.info.room(entries) {
        Room::NotCounted => {}
        Room::Evicts => {
            let map_type = facts.info.map_type.with_article();
            let text = format!("it may have been evicted: {share}, and {map_type} makes room by itself");
            answer.causes.push(Cause::new(CauseKind::Evicted, 0.5, text));
        }
        Room::Full => {
            let text = format!("the map is full, so that inserts of new keys fail: {share}");
            answer.causes.push(Cause::new(CauseKind::MapFull, 0.6, text));
        }
        Room::Left => {
            let kind = if facts.info.map_type.evicts() { CauseKind::Evicted } else { CauseKind::MapFull };
            answer.ruled_out.push(RuledOut { kind, text: share });
        }
    }
}

fn empty(facts: &MapFacts, entries: u64, answer: &mut Explanation) {
    if facts.info.map_type.is_array() {
        return;
    }
    if entries > 0 {
        let text = format!("it has {}", plain::counted(entries, "entry", "entries"));
        answer.ruled_out.push(RuledOut { kind: CauseKind::EmptyMap, text });
        return;
    }
    let unknown = surroundings::unknown_about_programs(facts);
    answer.causes.push(Cause::new(CauseKind::EmptyMap, 0.9, format!("the map has no entries{unknown}")));
}

/// Which twins were looked for in vain.
fn twins_ruled_out(findings: &Findings, answer: &mut Explanation) {
    const TWINS: [CauseKind; 8] = [
        CauseKind::DirtyPadding,
        CauseKind::ByteOrder,
        CauseKind::LayoutTwin,
        CauseKind::Shifted,
        CauseKind::StringTail,
        CauseKind::SwappedHalves,
        CauseKind::SignOrWidth,
        CauseKind::ExchangedFields,
    ];
    let entries = findings.entries();
    let none = match entries {
        1 => "the one entry is not this key so changed".to_owned(),
        entries => format!("none of {entries} entries is this key so changed"),
    };
    for kind in TWINS.into_iter().filter(|kind| answer.causes.iter().all(|cause| cause.kind != *kind)) {
        let text = match kind {
            CauseKind::DirtyPadding if findings.fields.is_raw => {
                "without the key's type nobody knows which bytes are padding".to_owned()
            }
            CauseKind::StringTail if findings.fields.is_raw => {
                "without the key's type nobody knows which bytes are text".to_owned()
            }
            CauseKind::DirtyPadding if !findings.fields.has_padding() => "the key has no padding".to_owned(),
            CauseKind::DirtyPadding if findings.dirty > 0 => format!(
                "{} of {entries} entries have something in their padding, and none of them is this key",
                findings.dirty
            ),
            CauseKind::DirtyPadding => format!("the padding of all {entries} entries is zero"),
            CauseKind::StringTail if !findings.has_text() => "the key has no text".to_owned(),
            CauseKind::StringTail => none.clone(),
            kind if findings.is_by_chance(kind) => {
                format!("an entry is this key so changed, as is to be expected by chance among {entries}")
            }
            kind if findings.was_tried(kind) => none.clone(),
            CauseKind::LayoutTwin if findings.fields.is_raw => {
                "without the key's type no other layout is known".to_owned()
            }
            CauseKind::LayoutTwin => "packed or not, the fields are in the same places".to_owned(),
            _ => "nothing in this key can be mistaken so".to_owned(),
        };
        answer.ruled_out.push(RuledOut { kind, text });
    }
    let has_near = answer.causes.iter().any(|cause| cause.kind == CauseKind::NearValue);
    if !has_near && findings.fields.leaves.len() > 1 {
        let text = format!("none of {entries} entries differs in one field only");
        answer.ruled_out.push(RuledOut { kind: CauseKind::NearValue, text });
    }
}
