//! Names of the kernel's functions, by their numbers in BTF.

use std::collections::HashMap;

use crate::Source;
use crate::sys;

/// Kernel functions by the BTF that has them and their number in it; each BTF is read once.
#[derive(Default)]
pub(crate) struct Functions {
    sources: HashMap<u32, Option<Source>>,
}

impl Functions {
    /// The name of type `id` in the BTF `object`, which is the kernel's or a module's.
    pub(crate) fn name(&mut self, object: u32, id: u32) -> Option<String> {
        if object == 0 || id == 0 {
            return None;
        }
        let source = self.sources.entry(object).or_insert_with(|| source(object)).as_ref()?;
        let index = source.btf().ok()?.index(&[]).ok()?;
        index.name_of(id).ok().filter(|name| !name.is_empty()).map(str::to_owned)
    }
}

fn source(object: u32) -> Option<Source> {
    match sys::kernel_name_of_btf(object).ok()??.as_str() {
        "vmlinux" => Source::kernel().ok(),
        module => Source::module(module).ok(),
    }
}
