//! Which programs use a map.
//!
//! A program is a function in a section of code other than `.text`. It uses a map where an instruction of it, or of a
//! function that it calls, is relocated to the map. Calls are relocations to functions, and within a section
//! instructions that name their distance.

use std::collections::HashSet;

use super::elf::{Elf, Relocation, Section};
use super::places::{Node, Places};
use super::{MapDefinition, ObjectError};

/// Bytes of an instruction.
const INSTRUCTION: i64 = 8;
/// `BPF_JMP | BPF_CALL`.
const CALL: u8 = 0x85;
/// In the source register of a call: of a function of the object.
const PSEUDO_CALL: u8 = 1;
/// Bytes of a relocation.
const RELOCATION: usize = 16;

/// How many steps from a use to a user there may be. Objects of a thousand maps and functions come to a million.
const MAX_STEPS: usize = 1 << 23;

/// Fills in who uses each map.
pub(super) fn find<'d>(
    elf: &Elf<'d>,
    sections: &[Section<'d>],
    maps: &mut [MapDefinition<'d>],
) -> Result<(), ObjectError> {
    let places = Places::of(elf, sections, maps);
    let users = Users::of(elf, &places)?.users;
    let (nodes, references) = (users.len(), users.iter().map(Vec::len).sum::<usize>());
    if maps.len().saturating_mul(nodes + references) > MAX_STEPS {
        return Err(ObjectError::TooComplex { maps: maps.len(), functions: nodes - maps.len(), references });
    }
    let mut seen = vec![None; nodes];
    for (map, definition) in maps.iter_mut().enumerate() {
        let mut programs = Vec::new();
        let mut next = vec![map];
        seen[map] = Some(map);
        while let Some(node) = next.pop() {
            programs.extend(places.program(node).map(|name| (node, name)));
            for &user in &users[node] {
                if seen[user] != Some(map) {
                    seen[user] = Some(map);
                    next.push(user);
                }
            }
        }
        programs.sort_unstable();
        definition.used_by = programs.into_iter().map(|(_, name)| name).collect();
    }
    Ok(())
}

/// Who uses each map and each function, one step away.
struct Users<'p, 's, 'd> {
    elf: &'p Elf<'d>,
    places: &'p Places<'s, 'd>,
    users: Vec<Vec<Node>>,
    /// The instructions that are relocated, by section and offset.
    relocated: HashSet<(usize, u64)>,
    /// Bytes of the file that have not been looked at. Sections of a hostile file can lie on top of each other, so that
    /// together they have more bytes than the file.
    left: usize,
}

impl<'p, 's, 'd> Users<'p, 's, 'd> {
    fn of(elf: &'p Elf<'d>, places: &'p Places<'s, 'd>) -> Result<Self, ObjectError> {
        let users = vec![Vec::new(); places.node_count()];
        let mut all = Self { elf, places, users, relocated: HashSet::new(), left: elf.len() };
        for found in elf.relocations() {
            let (target, relocations) = found?;
            let Some(section) = places.sections.get(&target).filter(|section| section.is_code || section.has_maps())
            else {
                continue;
            };
            for relocation in relocations {
                all.spend(RELOCATION)?;
                all.relocation(section, &relocation);
            }
        }
        for section in places.sections.values().filter(|section| section.is_code) {
            all.spend(section.bytes.len())?;
            all.calls_within(section);
        }
        Ok(all)
    }

    fn spend(&mut self, bytes: usize) -> Result<(), ObjectError> {
        self.left = self.left.checked_sub(bytes).ok_or(ObjectError::Overlapping)?;
        Ok(())
    }

    /// An instruction that means a map or a function, or a place in a map of maps that means a map.
    fn relocation(&mut self, section: &Section<'_>, relocation: &Relocation) {
        let Relocation { offset, symbol } = *relocation;
        let Some(symbol) = self.elf.symbol(symbol) else { return };
        let addend = if section.is_code { self.addend(section, offset) } else { 0 };
        if section.is_code {
            self.relocated.insert((section.index, offset));
        }
        let used = match symbol.section {
            Some(other) => symbol.start.checked_add_signed(addend).and_then(|start| self.places.at(other, start)),
            None => self.places.map_called(symbol.name),
        };
        self.add(self.places.at(section.index, offset), used);
    }

    fn calls_within(&mut self, section: &Section<'_>) {
        for (at, instruction) in (0..).step_by(8).zip(section.bytes.as_chunks::<8>().0) {
            if self.is_call(*instruction) && !self.relocated.contains(&(section.index, at)) {
                let called = at.checked_add_signed(self.addend(section, at));
                let called = called.and_then(|called| self.places.at(section.index, called));
                self.add(self.places.at(section.index, at), called);
            }
        }
    }

    fn add(&mut self, user: Option<Node>, used: Option<Node>) {
        let (Some(user), Some(used)) = (user, used) else { return };
        // The values of an array of programs are functions, which their own uses speak for.
        let is_use = !self.places.is_map(user) || self.places.is_map(used);
        if is_use && user != used && self.users[used].last() != Some(&user) {
            self.users[used].push(user);
        }
    }

    /// Whether the instruction calls a function of the object.
    fn is_call(&self, [code, registers, ..]: [u8; 8]) -> bool {
        let source = if self.elf.is_big_endian() { registers & 0xf } else { registers >> 4 };
        code == CALL && source == PSEUDO_CALL
    }

    /// Bytes from the symbol that the instruction at `offset` is relocated to, or from its own place where it is not, to
    /// what it means. A call counts instructions, and from the next one on.
    fn addend(&self, section: &Section<'_>, offset: u64) -> i64 {
        let instruction = usize::try_from(offset).ok().and_then(|at| section.bytes.get(at..)?.first_chunk::<8>());
        let Some(&[code, _, _, _, a, b, c, d]) = instruction else { return 0 };
        let immediate = i64::from(self.elf.u32([a, b, c, d]).cast_signed());
        if code == CALL { (immediate + 1) * INSTRUCTION } else { immediate }
    }
}
