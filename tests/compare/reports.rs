//! The report as it is read.
