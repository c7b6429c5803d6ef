//! The layouts that `bpftool --json btf dump` prints, held against those of `mapkey layout --all --json`.
//!
//! xtask builds this file into itself too, so it leans on nothing but `serde_json`.

use std::collections::HashMap;
use std::fmt::{Debug, Display, Formatter};

use serde_json::Value;

/// The types of one file as bpftool dumps them: members with the ids of their types.
#[derive(Debug)]
pub struct Dump<'base> {
    types: HashMap<u64, Value>,
    base: Option<&'base Dump<'base>>,
}

/// What a comparison of a whole file found.
#[derive(Debug, Default)]
pub struct Comparison {
    /// How many named structs and unions bpftool has.
    pub types: usize,
    /// How many direct members they have.
    pub members: usize,
    /// One line for each thing on which the two differ.
    pub disagreements: Vec<String>,
}

impl Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let Self { types, members, disagreements } = self;
        write!(f, "{types} structs and unions, {members} members, {} disagreements", disagreements.len())
    }
}

impl<'base> Dump<'base> {
    /// Reads what `bpftool --json btf dump` printed; for split BTF, `base` is the dump of its base.
    ///
    /// # Errors
    ///
    /// Where the text is no such dump, with what it lacks.
    pub fn parse(json: &str, base: Option<&'base Self>) -> Result<Self, String> {
        let mut dump: Value = serde_json::from_str(json).map_err(|error| format!("bpftool prints no JSON: {error}"))?;
        let Value::Array(types) = dump["types"].take() else {
            return Err("bpftool lists no `types`".to_owned());
        };
        let types = types.into_iter().map(|ty| Ok((number(&ty, "id")?, ty))).collect::<Result<_, String>>()?;
        Ok(Self { types, base })
    }

    /// Holds every named struct and union of this file against the JSON lines that mapkey printed for it.
    ///
    /// # Errors
    ///
    /// Where either side prints something else than types, with what it lacks.
    pub fn compare(&self, mapkey: &str) -> Result<Comparison, String> {
        let mut found = Comparison::default();
        let mut ours = HashMap::new();
        for line in mapkey.lines() {
            let object: Value =
                serde_json::from_str(line).map_err(|error| format!("mapkey prints no JSON object a line: {error}"))?;
            let id = number(&object, "id")?;
            if let Some(twice) = ours.insert(id, object) {
                found.disagreements.push(format!("{id} {} is printed twice", twice["name"]));
            }
        }
        for (id, theirs) in &self.types {
            if !matches!(text(theirs, "kind")?, "STRUCT" | "UNION") || text(theirs, "name")? == "(anon)" {
                continue;
            }
            found.types += 1;
            match ours.remove(id) {
                Some(ours) => self.compare_type(theirs, &ours, &mut found)?,
                None => found.disagreements.push(format!("{id} {} is missing", theirs["name"])),
            }
        }
        found
            .disagreements
            .extend(ours.values().map(|ours| format!("{} {} is not bpftool's", ours["id"], ours["name"])));
        Ok(found)
    }

    fn compare_type(&self, theirs: &Value, ours: &Value, found: &mut Comparison) -> Result<(), String> {
        let name = text(theirs, "name")?;
        let mut differ = |what: &str, theirs: &dyn Debug, ours: &dyn Debug| {
            found.disagreements.push(format!("{name}: {what}: bpftool {theirs:?}, mapkey {ours:?}"));
        };
        if theirs["name"] != ours["name"] || theirs["size"] != ours["size"] {
            differ("name, size", &(&theirs["name"], &theirs["size"]), &(&ours["name"], &ours["size"]));
        }
        if text(theirs, "kind")?.to_lowercase() != text(ours, "kind")? {
            differ("kind", &theirs["kind"], &ours["kind"]);
        }
        let (their_members, our_members) = (list(theirs, "members")?, list(ours, "fields")?);
        if their_members.len() != our_members.len() {
            differ("members", &their_members.len(), &our_members.len());
        }
        for (theirs, ours) in their_members.iter().zip(our_members) {
            let (theirs, ours) = (self.member(theirs)?, our_member(ours)?);
            if theirs != ours {
                differ("member", &theirs, &ours);
            }
        }
        found.members += their_members.len();
        Ok(())
    }

    /// Name, first bit and number of bits.
    fn member<'a>(&self, member: &'a Value) -> Result<(&'a str, u64, u64), String> {
        let name = Some(text(member, "name")?).filter(|&name| name != "(anon)").unwrap_or("");
        let bits = match member["bitfield_size"].as_u64() {
            Some(bits) if bits > 0 => bits,
            _ => self.size(number(member, "type_id")?)? * 8,
        };
        Ok((name, number(member, "bits_offset")?, bits))
    }

    /// Bytes of a type, resolved from bpftool's dumps alone.
    fn size(&self, id: u64) -> Result<u64, String> {
        let Some(ty) = self.types.get(&id) else {
            let base = self.base.ok_or_else(|| format!("bpftool has no type {id}"))?;
            return base.size(id);
        };
        match text(ty, "kind")? {
            "PTR" => Ok(8),
            "ARRAY" => Ok(number(ty, "nr_elems")? * self.size(number(ty, "type_id")?)?),
            "TYPEDEF" | "CONST" | "VOLATILE" | "RESTRICT" | "TYPE_TAG" => self.size(number(ty, "type_id")?),
            _ => number(ty, "size"),
        }
    }
}

fn our_member(field: &Value) -> Result<(&str, u64, u64), String> {
    let byte = number(field, "offset")?;
    let bit = field["bit_offset"].as_u64().unwrap_or(byte * 8);
    if bit / 8 != byte {
        return Err(format!("mapkey's `offset` and `bit_offset` name different bytes: {field}"));
    }
    let bits = match field["bit_size"].as_u64() {
        Some(bits) => bits,
        None => number(field, "size")? * 8,
    };
    Ok((text(field, "name")?, bit, bits))
}

/// The array `key`, which a type without members leaves out.
fn list<'a>(object: &'a Value, key: &str) -> Result<&'a [Value], String> {
    match &object[key] {
        Value::Array(values) => Ok(values),
        Value::Null => Ok(&[]),
        other => Err(format!("`{key}` is {other}, expected a list")),
    }
}

fn text<'a>(object: &'a Value, key: &str) -> Result<&'a str, String> {
    object[key].as_str().ok_or_else(|| format!("`{key}` is {}, expected text: {object}", object[key]))
}

fn number(object: &Value, key: &str) -> Result<u64, String> {
    object[key].as_u64().ok_or_else(|| format!("`{key}` is {}, expected a number: {object}", object[key]))
}
