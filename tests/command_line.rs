//! The program on a command line: what its output is read by may stop reading.

use std::io::Read as _;
use std::process::{Command, Stdio};

#[test]
fn reader_that_stops_reading_ends_the_program_without_a_word() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_waarmerk"))
        .args(["openapi", "verifier"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(program.stdout.take());

    let mut complaints = String::new();
    program
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut complaints)
        .unwrap();
    let ended = program.wait().unwrap();

    assert!(ended.success(), "{ended}");
    assert_eq!(complaints, "");
}
