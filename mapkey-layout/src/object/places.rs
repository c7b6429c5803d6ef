//! Which bytes of an object are which map, and which function.

use std::collections::HashMap;

use super::MapDefinition;
use super::elf::{Elf, Section, Symbol, text};

/// What uses, or is used: first the maps in the order of their definitions, then the functions in that of their places.
pub(super) type Node = usize;

pub(super) struct Places<'s, 'd> {
    pub(super) sections: HashMap<usize, &'s Section<'d>>,
    /// The maps by name; of two with one name the first.
    maps: HashMap<&'d [u8], Node>,
    map_count: usize,
    functions: Vec<Function<'d>>,
    /// In the order of their sections and bytes.
    places: Vec<Place>,
    /// What stands for the code of a section that is in no function.
    rests: HashMap<usize, Node>,
}

struct Function<'d> {
    name: &'d str,
    is_program: bool,
}

/// A map's or a function's bytes in its section.
struct Place {
    section: usize,
    start: u64,
    end: u64,
    node: Node,
}

impl<'s, 'd> Places<'s, 'd> {
    pub(super) fn of(elf: &Elf<'d>, sections: &'s [Section<'d>], maps: &[MapDefinition<'d>]) -> Self {
        let names = maps.iter().enumerate().rev().map(|(map, definition)| (definition.name.as_bytes(), map));
        let mut all = Self {
            sections: sections.iter().map(|section| (section.index, section)).collect(),
            maps: names.collect(),
            map_count: maps.len(),
            functions: Vec::new(),
            places: Vec::new(),
            rests: HashMap::new(),
        };
        let mut symbols: Vec<Symbol<'d>> = elf.symbols().filter(|symbol| !symbol.is_section).collect();
        symbols.sort_by_key(|symbol| (symbol.section, symbol.start));
        for symbol in &symbols {
            let Some(section) = symbol.section.and_then(|section| all.sections.get(&section).copied()) else {
                continue;
            };
            let node = if section.is_code && symbol.is_function {
                all.function(symbol.name, section)
            } else if let Some(&map) = all.maps.get(symbol.name).filter(|_| section.has_maps()) {
                map
            } else {
                continue;
            };
            let end = symbol.start.saturating_add(symbol.size);
            all.places.push(Place { section: section.index, start: symbol.start, end, node });
        }
        for section in sections.iter().filter(|section| section.is_code) {
            let node = all.function(section.name, section);
            all.rests.insert(section.index, node);
        }
        all
    }

    fn function(&mut self, name: &'d [u8], section: &Section<'d>) -> Node {
        let is_program = section.name != b".text";
        self.functions.push(Function { name: text(name).unwrap_or("?"), is_program });
        self.map_count + self.functions.len() - 1
    }

    pub(super) fn node_count(&self) -> usize {
        self.map_count + self.functions.len()
    }

    /// The map or function that has this byte of a section.
    pub(super) fn at(&self, section: usize, offset: u64) -> Option<Node> {
        let behind = self.places.partition_point(|place| (place.section, place.start) <= (section, offset));
        let place = behind.checked_sub(1).map(|before| &self.places[before]);
        match place.filter(|place| place.section == section && offset < place.end) {
            Some(place) => Some(place.node),
            None => self.rests.get(&section).copied(),
        }
    }

    /// The map that the symbol names, which another object may define.
    pub(super) fn map_called(&self, name: &[u8]) -> Option<Node> {
        self.maps.get(name).copied()
    }

    pub(super) fn is_map(&self, node: Node) -> bool {
        node < self.map_count
    }

    /// The name of the program that the node is.
    pub(super) fn program(&self, node: Node) -> Option<&'d str> {
        let function = self.functions.get(node.checked_sub(self.map_count)?)?;
        function.is_program.then_some(function.name)
    }
}
