//! Running programs, remembering what was done, and saying how long it took.

use sha2::{Digest, Sha256};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// What went wrong, in words that say what to do.
pub(crate) type Result<T> = std::result::Result<T, String>;

/// The repository's root folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// The folder everything built goes to.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A program to run in the repository's root.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).stdin(Stdio::null());
    command
}

/// Cargo as this process was started with, without the variables of the run that started us.
pub(crate) fn cargo() -> Command {
    let mut command = program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for name in [
        "CARGO_MANIFEST_DIR",
        "CARGO_PKG_NAME",
        "CARGO_PKG_VERSION",
        "RUST_LOG",
    ] {
        command.env_remove(name);
    }
    command
}

/// Says what begins, does it, and says how long it took.
pub(crate) fn step<T>(what: &str, action: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("\x1b[1m▸ {what}\x1b[0m");
    let begun = Instant::now();
    let done = action().map_err(|error| format!("{what}: {error}"))?;
    let seconds = begun.elapsed().as_secs_f32();
    if seconds >= 1.0 {
        println!("  {what}: done in {seconds:.0} s");
    }
    Ok(done)
}

/// Runs a program to its end; its output is shown.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = described(command);
    let status = command
        .status()
        .map_err(|error| format!("could not start `{name}`: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{name}` ended with {status}"))
    }
}

/// Runs a program and returns what it printed; `None` when it could not be started or failed.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program can be found on the path.
pub(crate) fn exists(name: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}

/// Does `action` unless it was done before for the same inputs and `made` is still there.
///
/// The inputs are files and folders; folders are read whole, but for what the pages' tools write.
pub(crate) fn once(
    name: &str,
    inputs: &[PathBuf],
    made: &Path,
    action: impl FnOnce() -> Result<()>,
) -> Result<bool> {
    let stamp = target().join("stamps").join(name);
    let digest = digest_of(inputs)?;
    if made.exists() && fs::read_to_string(&stamp).is_ok_and(|known| known == digest) {
        return Ok(false);
    }
    action()?;
    let folder = stamp.parent().ok_or("no folder for stamps")?;
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    fs::write(&stamp, digest).map_err(|error| format!("{}: {error}", stamp.display()))?;
    Ok(true)
}

fn digest_of(inputs: &[PathBuf]) -> Result<String> {
    let mut files = Vec::new();
    for input in inputs {
        collect(input, &mut files)?;
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        let bytes = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        hash.update(file.to_string_lossy().as_bytes());
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    let entries = fs::read_dir(path).map_err(|error| format!("{}: {error}", path.display()))?;
    for entry in entries {
        let entry = entry.map_err(|error| error.to_string())?;
        let name = entry.file_name();
        if ["dist", "dev-dist", "node_modules", "target"]
            .iter()
            .any(|skipped| name == *skipped)
        {
            continue;
        }
        collect(&entry.path(), files)?;
    }
    Ok(())
}

fn described(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args().take(6) {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}
