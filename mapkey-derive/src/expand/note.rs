//! The layout as an ELF note.

use proc_macro2::TokenStream;
use quote::quote;

use super::Expansion;

impl Expansion<'_> {
    /// A static in the section of notes, on Linux alone: a bpf object stays as it is, and other systems have other
    /// names for sections.
    ///
    /// Linkers keep a section of notes that nothing refers to, and `#[used]` makes rustc name the static to the linker
    /// when it lies in a library's object file that nothing else needs.
    pub(super) fn note(&self) -> TokenStream {
        let Self { private, levels, .. } = self;
        let ident = &self.key.input.ident;
        let layout = quote!(&#ident::__MAPKEY_LAYOUT);
        let module = quote!(#private::core::module_path!());
        quote! {
            #levels
            #[cfg(target_os = "linux")]
            const _: () = {
                #[used]
                #[unsafe(link_section = ".note.mapkey")]
                static NOTE: #private::Note<{ #private::descriptor_room(#layout, #module) }> =
                    #private::Note::of(#layout, #module);
            };
        }
    }
}
