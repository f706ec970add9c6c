//! Sources in, awards decided, credentials offered out.
