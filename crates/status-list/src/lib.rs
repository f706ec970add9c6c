//! Is it still in force: writing and reading status lists.
