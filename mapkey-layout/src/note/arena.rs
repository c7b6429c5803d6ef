//! Where layouts live that are no constants.

use bumpalo::Bump;

/// The memory of layouts that were read from notes. They live as long as it does, and go with it.
///
/// See [`Key`](super::Key) for an example.
#[derive(Default)]
pub struct Arena(Bump);

impl Arena {
    /// An empty arena, which takes no memory yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn one<T: Copy>(&self, value: T) -> &T {
        self.0.alloc(value)
    }

    pub(super) fn all<T: Copy>(&self, values: &[T]) -> &[T] {
        self.0.alloc_slice_copy(values)
    }

    /// A copy of `text`.
    pub fn text(&self, text: &str) -> &str {
        self.0.alloc_str(text)
    }

    /// The names as a claim holds them.
    pub fn names<'a>(&'a self, names: &[&'a str]) -> &'a [&'a str] {
        self.all(names)
    }
}
