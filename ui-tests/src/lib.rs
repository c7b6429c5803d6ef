//! Holds nothing: the tests are in `tests/`, the cases beside it.
