//! Types that the kernel numbers from 0 on: of maps, of programs.

/// Gives a type with a number in it a constant for each number, and names that stand in the order of the numbers.
macro_rules! kernel_types {
    ($type:ident, $names:ident, { $($name:ident = $number:literal $doc:literal,)* }) => {
        impl $type {
            $(#[doc = $doc] pub const $name: Self = Self($number);)*

            /// The type with the kernel's number.
            #[must_use]
            pub const fn from_raw(number: u32) -> Self {
                Self(number)
            }

            /// The kernel's number.
            #[must_use]
            pub const fn raw(self) -> u32 {
                self.0
            }

            /// The name as bpftool prints it; `None` for a type that is newer than this library.
            #[must_use]
            pub fn name(self) -> Option<&'static str> {
                $names.get(usize::try_from(self.0).ok()?).copied()
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, "type {}", self.0),
                }
            }
        }
    };
}

pub(crate) use kernel_types;
