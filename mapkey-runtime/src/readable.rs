//! `Debug` of errors.

/// Lets `Debug` print what `Display` does: a `main` that returns the error prints it by `Debug`, and so do `unwrap` and
/// `expect`. What the error has as data is in its fields.
macro_rules! debug_as_display {
    ($($error:ty),+ $(,)?) => {$(
        impl std::fmt::Debug for $error {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }
    )+};
}

debug_as_display! {
    crate::CheckError,
    crate::OpenError,
    crate::OperationError,
    crate::Reason,
    crate::SourceError,
    crate::ValidateAllError,
    crate::ValidateError,
    crate::ValidateErrors,
    crate::explain::AskError,
    crate::explain::GetError,
    crate::explain::ShapeError,
    crate::map::IdentityError,
    crate::map::InnerMapError,
    crate::map::InvalidMapRef,
    crate::map::IterError,
    crate::map::NotProven,
    crate::program::ProgramsError,
}
