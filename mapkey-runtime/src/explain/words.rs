//! What an entry means, in words.

use std::ops::Range;

use super::scan::{Findings, Group, Tail, prefix_len, text_end};
use super::shape::{Leaf, TwinKind};
use super::variant::{Mistake, Step, SwapKind};
use super::{Cause, CauseKind, show};
use crate::plain;

/// How often a coincidence of this kind is the cause, where it is no chance.
pub(super) fn prior(kind: CauseKind) -> f64 {
    match kind {
        CauseKind::ByteOrder | CauseKind::LayoutTwin | CauseKind::SwappedHalves => 0.95,
        CauseKind::ExchangedFields | CauseKind::SignOrWidth => 0.9,
        _ => 0.85,
    }
}

pub(super) struct Words<'a> {
    findings: &'a Findings,
}

impl<'a> Words<'a> {
    pub(super) fn new(findings: &'a Findings) -> Self {
        Self { findings }
    }

    fn cause(&self, kind: CauseKind, confidence: f64, fields: Vec<String>, group: &Group, text: String) -> Cause {
        let others = match group.count {
            0 | 1 => String::new(),
            count => format!("; {} like it", plain::counted(count - 1, "more entry is", "more entries are")),
        };
        Cause {
            kind,
            confidence,
            fields,
            entry: Some(group.entry.clone()),
            text: format!("{text}{others}"),
            is_together: false,
        }
    }

    /// Bytes that no field has; `besides` something else that differs.
    pub(super) fn padding(&self, group: &Group, confidence: f64, besides: bool) -> Cause {
        let Findings { wanted, fields, dirty, seen, .. } = self.findings;
        let runs = runs(wanted.len(), |at| {
            (wanted[at] ^ group.entry[at]) & (fields.padding[at] | fields.maybe_padding[at]) != 0
        });
        let places: Vec<String> = runs.iter().map(|run| self.padding_place(run)).collect();
        let of = |key: &[u8]| runs.iter().map(|run| plain::hex(&key[run.clone()]).to_string()).collect::<Vec<_>>();
        let (here, there) = (of(wanted), of(&group.entry));
        let what = if besides {
            "its padding differs as well, in"
        } else {
            "an entry has the same value in every field, and other bytes in the padding"
        };
        let many = match (*dirty, *seen) {
            (0, _) => "the wanted key is the dirty one, no entry has anything there".to_owned(),
            (1, _) => "it is the only entry with anything there".to_owned(),
            (dirty, seen) => format!("{dirty} of {seen} entries have something there"),
        };
        let text =
            format!("{what} {}: {} there, {} here; {many}", places.join(", "), there.join(", "), here.join(", "));
        let fields = runs.iter().map(show::range).collect();
        if besides {
            return Cause {
                fields,
                entry: Some(group.entry.clone()),
                ..Cause::new(CauseKind::DirtyPadding, confidence, text)
            };
        }
        self.cause(CauseKind::DirtyPadding, confidence, fields, group, text)
    }

    /// `[7..8]`, with the name where padding has one.
    fn padding_place(&self, run: &Range<usize>) -> String {
        let named = &self.findings.fields.named_padding;
        let owner = named.iter().find(|(range, _)| range.start <= run.start && run.end <= range.end);
        owner.map_or_else(|| show::range(run), |(_, name)| format!("{} (`{name}`)", show::range(run)))
    }

    /// What a twin of the layout has in its padding.
    pub(super) fn twin_padding(&self, steps: &[Step], group: &Group, confidence: f64) -> Cause {
        let twin = steps.iter().find_map(|step| match step.mistake {
            Mistake::Twin { index, .. } => self.findings.fields.twins.get(index),
            _ => None,
        });
        let covered = |at: usize| {
            twin.is_some_and(|twin| {
                at >= twin.size || twin.moves.iter().any(|to| (to.to..to.to + to.len).contains(&at))
            })
        };
        let runs = runs(group.entry.len(), |at| group.entry[at] != 0 && !covered(at));
        let fields: Vec<String> = runs.iter().map(show::range).collect();
        let text = format!("the padding of that layout is not zero in the entry, at {}", fields.join(", "));
        Cause {
            kind: CauseKind::DirtyPadding,
            confidence,
            fields,
            entry: Some(group.entry.clone()),
            text,
            is_together: false,
        }
    }

    /// A text with something behind its end; `kind` where nothing else differs.
    pub(super) fn tail(&self, leaf: usize, kind: Option<Tail>, group: &Group, confidence: f64) -> Cause {
        let leaf = &self.findings.fields.leaves[leaf];
        let (wanted, entry) = (&self.findings.wanted[leaf.range()], &group.entry[leaf.range()]);
        let end = text_end(wanted).min(text_end(entry));
        let text = String::from_utf8_lossy(&wanted[..end]);
        let name = &leaf.path;
        let (dirty, side) = if text_end(entry) == text_end(wanted) && entry[end..].iter().all(|&byte| byte == 0) {
            (wanted, "the wanted key")
        } else {
            (entry, "an entry")
        };
        let what = match kind {
            Some(Tail::Filled(byte)) => format!("is filled with {byte:02x} instead of zeros"),
            Some(Tail::NoNul) => format!("has no NUL, and goes on with {}", plain::hex(&dirty[end..])),
            _ => format!("has {} behind its NUL", plain::hex(dirty.get(end + 1..).unwrap_or_default())),
        };
        let besides = kind.is_none();
        let sentence = if besides {
            format!("the text {text:?} in `{name}` {what} in {}", side.replace("an entry", "the entry"))
        } else {
            format!("an entry has the same text {text:?} in `{name}`; in {side} it {what}")
        };
        if besides {
            let (fields, entry) = (vec![name.clone()], Some(group.entry.clone()));
            return Cause { fields, entry, ..Cause::new(CauseKind::StringTail, confidence, sentence) };
        }
        self.cause(CauseKind::StringTail, confidence, vec![name.clone()], group, sentence)
    }

    /// The causes that `steps` are: one, or two with the same words.
    pub(super) fn steps(&self, steps: &[Step], group: &Group, confidence: f64) -> Vec<Cause> {
        let findings = self.findings;
        let phrases: Vec<String> = steps.iter().map(|step| self.phrase(step)).collect();
        let values = match steps {
            [only] => self.values(only, group),
            _ => String::new(),
        };
        let an_entry = if findings.is_trie {
            format!("an entry's prefix of {} bits fits", prefix_len(&group.entry))
        } else {
            "an entry is equal".to_owned()
        };
        let text = format!("{an_entry} when {}{values}", phrases.join(", and "));
        steps
            .iter()
            .map(|step| self.cause(step.mistake.kind(), confidence, self.paths(step), group, text.clone()))
            .collect()
    }

    fn leaves(&self, step: &Step) -> Vec<&'a Leaf> {
        let candidates = &self.findings.candidates;
        step.leaves.iter().filter_map(|&index| candidates.get(usize::from(index))).collect()
    }

    fn paths(&self, step: &Step) -> Vec<String> {
        self.leaves(step).iter().map(|leaf| leaf.path.clone()).collect()
    }

    /// Both sides of the field that alone was changed.
    fn values(&self, step: &Step, group: &Group) -> String {
        match self.leaves(step).as_slice() {
            [leaf] if !self.findings.is_trie => {
                format!(
                    ": {} here, {} there",
                    show::value(leaf, &self.findings.wanted),
                    show::value(leaf, &group.entry)
                )
            }
            _ => String::new(),
        }
    }

    fn phrase(&self, step: &Step) -> String {
        let names = show::names(&self.paths(step));
        match step.mistake {
            Mistake::Swapped(SwapKind::Whole | SwapKind::Each32) if step.leaves.len() == 1 => {
                format!("{names} has its bytes in the other order")
            }
            Mistake::Swapped(SwapKind::Whole | SwapKind::Each32) => {
                format!("{names} have their bytes in the other order")
            }
            Mistake::Swapped(SwapKind::Low16) => format!("the 16 bits inside {names} are in the other order"),
            Mistake::Swapped(SwapKind::Low32) => format!("the 32 bits inside {names} are in the other order"),
            Mistake::Swapped(SwapKind::Halves) => format!("the two halves of {names} are in the other order"),
            Mistake::Swapped(SwapKind::Each16) => format!("each 16 bits inside {names} are in the other order"),
            Mistake::Exchanged => format!("{names} are exchanged: it is the other direction"),
            Mistake::HalvesExchanged => format!("the upper and the lower 32 bits of {names} are exchanged"),
            Mistake::UpperHalf => format!("one side of {names} is the upper 32 bits of the other"),
            Mistake::LowerHalf => format!("one side of {names} is the lower 32 bits of the other"),
            Mistake::Width { bits, signed } => {
                format!("{names} went through {bits} bits, {}", if signed { "sign-extended" } else { "zero-extended" })
            }
            Mistake::Twin { index, kind } => self.twin(index, kind),
            Mistake::Shifted(by) => {
                let direction = if by > 0 { "end" } else { "start" };
                format!("the key is moved by {} towards its {direction}", plain::bytes(by.unsigned_abs()))
            }
        }
    }

    fn twin(&self, index: usize, kind: TwinKind) -> String {
        let size = self.findings.fields.twins.get(index).map_or(0, |twin| twin.size);
        let how = match kind {
            TwinKind::Packed => "packed, without padding between them",
            TwinKind::Natural => "laid out as a compiler does by itself, with padding between them",
        };
        format!("the same fields are {how}: {} there", plain::bytes(size))
    }

    pub(super) fn near(&self, leaf: usize, count: u64, entry: &[u8], confidence: f64) -> Cause {
        let field = &self.findings.fields.leaves[leaf];
        let (here, there) = (show::value(field, &self.findings.wanted), show::value(field, entry));
        let name = &field.path;
        let text = if self.findings.is_trie {
            format!(
                "{} would fit if `{name}` were longer: {here} here, {there} in the entry that is nearest",
                plain::counted(count, "entry", "entries")
            )
        } else {
            let differ = if count == 1 { "1 entry differs" } else { &format!("{count} entries differ") };
            let nearest = if count == 1 { "there" } else { "in the nearest" };
            format!("{differ} in `{name}` only: {here} here, {there} {nearest}")
        };
        let mut cause = Cause::new(CauseKind::NearValue, confidence, text);
        cause.fields = vec![name.clone()];
        cause.entry = Some(entry.to_vec());
        cause
    }
}

/// Whether both are names of which one begins with the other.
pub(super) fn is_longer_name(findings: &Findings, leaf: usize, entry: &[u8]) -> bool {
    let leaf = &findings.fields.leaves[leaf];
    let (wanted, entry) = (&findings.wanted[leaf.range()], &entry[leaf.range()]);
    let shared = text_end(wanted).min(text_end(entry));
    leaf.kind == super::shape::LeafKind::Text && shared >= 3 && wanted[..shared] == entry[..shared]
}

/// Runs of bytes for which `holds`.
pub(super) fn runs(len: usize, holds: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for at in (0..len).filter(|&at| holds(at)) {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end = at + 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}
