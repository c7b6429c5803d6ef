//! The words of each finding.

use super::finding::{Finding, Meaning, Remedy};
use super::place::Path;
use super::text::Text;
use crate::ByteOrder;
use crate::types::Types;

impl Text<'_> {
    /// What a finding means. `hint` is what the nearest names are, which nobody looks for while compiling.
    pub(super) const fn meaning(&mut self, types: Types<'_>, finding: &Finding<'_>, hint: &str) {
        match &finding.meaning {
            Meaning::Plain(text) => self.push(text),
            Meaning::Sizes { ours, theirs } => {
                self.push("the key has ");
                self.bytes(*ours);
                self.push(" here, the counterpart ");
                self.bytes(*theirs);
            }
            Meaning::Counts { ours, theirs } => {
                self.unsigned(*ours);
                self.push(if *ours == 1 { " element here, " } else { " elements here, " });
                self.unsigned(*theirs);
                self.push(" there");
            }
            Meaning::PaddingSizes { ours, theirs } => {
                self.bytes(*ours);
                self.push(" of padding here, ");
                self.bytes(*theirs);
                self.push(" there");
            }
            Meaning::Moved { ours, their_bits, instead } => {
                self.push("at offset ");
                self.unsigned(*ours as u64);
                self.push(" here, at ");
                if their_bits.is_multiple_of(8) {
                    self.unsigned(*their_bits / 8);
                } else {
                    self.push("bit ");
                    self.unsigned(*their_bits);
                }
                self.push(" there");
                self.instead(types, *ours, instead, "the counterpart has");
            }
            Meaning::BitField { bits } => {
                self.push("a bit-field of ");
                self.unsigned(*bits as u64);
                self.push(
                    " bits there: take the bytes of all bit-fields together as raw storage by `#[mapkey(bytes)]`",
                );
            }
            Meaning::InUnion { member } => {
                self.quoted(types, member);
                self.push(
                    " shares its bytes with other members of a union: say that you mean it by `#[mapkey(rename = \"",
                );
                self.path(types, member);
                self.push("\")]`, or take the whole as raw storage by `#[mapkey(bytes)]`");
            }
            Meaning::Called { member } => {
                self.push("called ");
                self.quoted(types, member);
                self.push(" there: if both mean the same, say so by `#[mapkey(rename = \"");
                self.path(types, member);
                self.push("\")]`");
            }
            Meaning::Continues { array } => {
                self.push("continues the flexible array ");
                self.quoted(types, array);
            }
            Meaning::RawContinues { array } => {
                self.push("raw storage that continues the flexible array ");
                self.quoted(types, array);
            }
            Meaning::RawOverNothing { size } => {
                self.push("the counterpart has no member in these bytes: make them a `Padding<");
                self.unsigned(*size as u64);
                self.push(">`");
            }
            Meaning::NotWithin { start, end } => {
                self.push("the member does not lie within the bytes ");
                self.unsigned(*start as u64);
                self.push("..");
                self.unsigned(*end as u64);
                self.push(" of the field");
            }
            Meaning::NoMember { wanted, offset, instead, .. } => {
                self.all(&["the counterpart has no member `", wanted, "`", hint]);
                self.instead(types, *offset, instead, "it has");
            }
            Meaning::Uncovered { member } => {
                self.push("no field of the key covers ");
                self.quoted(types, member);
                self.push(": add one for it");
            }
            Meaning::CoveredInPart { member } => {
                self.push("raw storage that covers only a part of ");
                self.quoted(types, member);
            }
            Meaning::PaddingUsed { member } if member.is_nameless(types) => self.push(
                "padding here, and the counterpart uses these bytes for an anonymous union: name one of its members by \
                 `#[mapkey(rename = \"...\")]`, or take it as raw storage by `#[mapkey(bytes)]`",
            ),
            Meaning::PaddingUsed { member } => {
                self.push("padding here, and the counterpart uses these bytes for ");
                self.quoted(types, member);
                self.push(
                    ": give the key a field for it; if it is padding there too, name it by `#[mapkey(rename = \"",
                );
                self.path(types, member);
                self.push("\")]`");
            }
            Meaning::RestOfUnion { union } => {
                self.push("padding over the rest of a union, whose other members reach farther (");
                self.quoted(types, union);
                self.push(")");
            }
            Meaning::PlainIntegerThere { order } => {
                self.all(&["a plain integer there: nothing says whether its bytes are in ", name(*order), " order"]);
            }
            Meaning::Orders { ours, theirs } => {
                self.all(&["in ", name(*theirs), " order there, in ", name(*ours), " order here"]);
            }
            Meaning::EnumInOrder { theirs } => {
                self.all(&["in ", name(*theirs), " order there, and an enum is in this machine's: "]);
                self.push("use an integer type of that order");
            }
            Meaning::MakeItBe { ours } => {
                self.push("in network order there, in this machine's order here: make it a `Be<");
                self.layout(ours);
                self.push(">`, or annotate it with `#[mapkey(network_order)]` if you convert by hand");
            }
            Meaning::MakeItLe { ours } => {
                self.push("in little-endian order there, whatever the machine: make it a `Le<");
                self.layout(ours);
                self.push(">`");
            }
            Meaning::BytesBehindTheirs { count, whole } => {
                self.push("the key has ");
                self.bytes(*count);
                self.push(" behind the counterpart's end");
                self.remedy(if *whole { Remedy::Whole } else { Remedy::Nothing });
            }
            Meaning::BytesBehindOurs { count, first, remedy } => {
                self.push("the counterpart has ");
                self.bytes(*count);
                self.push(" behind the key's end");
                if let Some(first) = first {
                    self.push(", from ");
                    self.quoted(types, first);
                    self.push(" on");
                }
                self.remedy(*remedy);
            }
            Meaning::EnumValues { variant, ours, name, theirs } => {
                self.all(&["`", variant, "` is "]);
                self.number(*ours);
                self.all(&[", `", name, "` is "]);
                self.number(*theirs);
            }
            Meaning::NoEnumerator { variant, wanted, .. } => {
                self.all(&["`", variant, "` mirrors `", wanted, "`, and there is no such enumerator", hint]);
            }
            Meaning::NoValue { variant, value } => {
                self.all(&["`", variant, "` is "]);
                self.number(*value);
                self.push(", and no enumerator there has this value");
            }
            Meaning::NoVariant { name, value, more } => {
                self.all(&["no variant for `", name, "` ("]);
                self.number(*value);
                self.push(")");
                if *more > 0 {
                    self.push(" and ");
                    self.unsigned(*more as u64);
                    self.push(" more");
                }
                self.push(": a key with such a value cannot be read back");
            }
        }
    }

    const fn quoted(&mut self, types: Types<'_>, path: &Path) {
        self.push("`");
        self.path(types, path);
        self.push("`");
    }

    const fn instead(&mut self, types: Types<'_>, offset: usize, instead: &Option<Path>, verb: &str) {
        if let Some(instead) = instead {
            self.push("; at offset ");
            self.unsigned(offset as u64);
            self.all(&[" ", verb, " "]);
            self.quoted(types, instead);
        }
    }

    const fn remedy(&mut self, remedy: Remedy) {
        self.push(match remedy {
            Remedy::Nothing => "",
            Remedy::Prefix => "; if the key is meant to mirror only the beginning, say `#[mapkey(prefix)]`",
            Remedy::Whole => "; a map compares all bytes of a key",
        });
    }
}

const fn name(order: ByteOrder) -> &'static str {
    match order {
        ByteOrder::Native => "this machine's",
        ByteOrder::Big => "network (big-endian)",
        ByteOrder::Little => "little-endian",
    }
}
