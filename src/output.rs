//! Standard output, which a reader such as `head` may close before all is said.

use std::io::{self, Write as _};

/// Writes `text` and the end of its last line; `false` when nobody reads any more, which is no failure of ours.
pub fn tell(text: &str) -> bool {
    let mut out = io::stdout().lock();
    let written = text
        .lines()
        .try_for_each(|line| writeln!(out, "{line}").and_then(|()| out.flush()));
    !written.is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
