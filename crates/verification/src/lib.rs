//! All checks joined into one verification report.
