//! Installs what the build and the tests need, where it is missing.

use crate::run::{Result, cargo, exists, once, output, program, root, run, step, target};
use std::path::{Path, PathBuf};
use std::process::Command;

const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// Debian's own Rust with the sources of its standard library, for machines whose rustup cannot add a target.
const DEBIAN_WASM: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];

/// Everything the build needs; with `tests` also the browser.
pub(crate) fn all(tests: bool) -> Result<()> {
    needed("node", "Node.js 20 or newer", "nodejs")?;
    needed("npm", "npm 10 or newer", "npm")?;
    if !exists("cc") && !exists("gcc") && !exists("clang") {
        return Err(
            "no C compiler was found. Install one, for example: apt-get install build-essential".into(),
        );
    }
    packages()?;
    wasm_toolchain()?;
    if tests {
        second_opinions()?;
        browser()?;
    }
    Ok(())
}

fn needed(name: &str, what: &str, package: &str) -> Result<()> {
    if exists(name) {
        Ok(())
    } else {
        Err(format!(
            "{what} is needed and was not found. Install it, for example: apt-get install {package}"
        ))
    }
}

fn packages() -> Result<()> {
    installed(
        "packages",
        &root(),
        "Installing the pages' packages (about half a minute)",
    )
}

/// Where the tests with libraries that others wrote lie.
pub(crate) fn second_opinions_folder() -> PathBuf {
    root().join("tests/conformance")
}

/// The libraries that others wrote.
pub(crate) fn second_opinions() -> Result<()> {
    let what = "Installing the libraries of the second opinions (some seconds)";
    installed("second-opinions", &second_opinions_folder(), what)?;
    python_libraries()
}

fn python_folder() -> PathBuf {
    target().join("second-opinions-python")
}

/// The Python that has the libraries which others wrote in it.
pub(crate) fn second_opinions_python() -> PathBuf {
    python_folder().join("bin/python")
}

fn python_libraries() -> Result<()> {
    needed("python3", "Python 3.10 or newer", "python3")?;
    let requirements = second_opinions_folder().join("requirements.txt");
    let made = python_folder().join("bin/pip");
    once(
        "second-opinions-python",
        std::slice::from_ref(&requirements),
        &made,
        || {
            step(
                "Installing the Python library of the second opinions (half a minute)",
                || {
                    let environment = || run(program("python3").args(["-m", "venv"]).arg(python_folder()));
                    // Debian keeps the module in a package of its own.
                    environment().or_else(|_| install(&["python3-venv"]).and_then(|()| environment()))?;
                    run(program(second_opinions_python())
                        .args([
                            "-m",
                            "pip",
                            "install",
                            "--quiet",
                            "--disable-pip-version-check",
                            "--no-deps",
                            "--requirement",
                        ])
                        .arg(&requirements))
                },
            )
        },
    )
    .map(drop)
}

/// Installs what the lock file of a folder names, if that changed since it was done.
fn installed(stamp: &str, folder: &Path, what: &str) -> Result<()> {
    let inputs = [folder.join("package.json"), folder.join("package-lock.json")];
    let made = folder.join("node_modules/.package-lock.json");
    once(stamp, &inputs, &made, || {
        step(what, || {
            run(program("npm").current_dir(folder).args([
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
            ]))
        })
    })
    .map(drop)
}

/// How wasm is built here.
pub(crate) enum WasmToolchain {
    /// The pinned toolchain has the target.
    Rustup,
    /// Debian's compiler builds the standard library from source.
    Debian {
        /// The name of the linker.
        linker: PathBuf,
    },
}

/// Finds the wasm toolchain, or installs one.
pub(crate) fn wasm_toolchain() -> Result<WasmToolchain> {
    let debian_wanted = std::env::var_os("WAARMERK_WASM_TOOLCHAIN").is_some_and(|wanted| wanted == "debian");
    if !debian_wanted && (rust_has_target() || add_target()) {
        return Ok(WasmToolchain::Rustup);
    }
    if debian_linker().is_none() || !Path::new("/usr/bin/cargo").exists() {
        step("Installing Debian's wasm toolchain (a minute or two)", || {
            install(&DEBIAN_WASM)
        })?;
    }
    debian_linker()
        .map(|linker| WasmToolchain::Debian { linker })
        .ok_or_else(|| format!("no wasm toolchain: `rustup target add {WASM_TARGET}` failed and Debian's packages did not bring wasm-ld"))
}

fn rust_has_target() -> bool {
    output(
        Command::new("rustc")
            .current_dir(root())
            .args(["--print", "sysroot"]),
    )
    .is_some_and(|sysroot| {
        Path::new(sysroot.trim())
            .join("lib/rustlib")
            .join(WASM_TARGET)
            .join("lib")
            .is_dir()
    })
}

fn add_target() -> bool {
    exists("rustup")
        && step("Adding the wasm target to Rust", || {
            run(program("rustup").args(["target", "add", WASM_TARGET]))
        })
        .is_ok()
        && rust_has_target()
}

fn debian_linker() -> Option<PathBuf> {
    ["/usr/bin/wasm-ld-22", "/usr/bin/wasm-ld"]
        .iter()
        .map(PathBuf::from)
        .find(|path| path.exists())
}

/// Cargo set up to build for wasm, with its own target folder.
pub(crate) fn wasm_cargo() -> Result<Command> {
    let folder = crate::run::target().join("wasm");
    let mut command = match wasm_toolchain()? {
        WasmToolchain::Rustup => {
            let mut command = cargo();
            command.arg("build");
            command
        }
        WasmToolchain::Debian { linker } => {
            let mut command = program("/usr/bin/cargo");
            command
                .env("RUSTC_BOOTSTRAP", "1")
                .env("RUSTC", "/usr/bin/rustc")
                .env_remove("RUSTUP_TOOLCHAIN")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
                .args(["build", "-Z", "build-std=std,panic_abort"]);
            command
        }
    };
    command
        .args(["--target", WASM_TARGET])
        .arg("--target-dir")
        .arg(folder);
    Ok(command)
}

/// The browser that tests drive; `WAARMERK_CHROMIUM` names another one.
pub(crate) fn chromium() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("WAARMERK_CHROMIUM") {
        return Some(PathBuf::from(path)).filter(|path| path.exists());
    }
    [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ]
    .iter()
    .map(PathBuf::from)
    .find(|path| path.exists())
}

fn browser() -> Result<()> {
    if chromium().is_none() {
        step("Installing Chromium for the browser tests (a minute)", || {
            install(&["chromium"])
        })?;
    }
    chromium()
        .map(drop)
        .ok_or_else(|| "no Chromium: install one and name it in WAARMERK_CHROMIUM".into())
}

fn install(names: &[&str]) -> Result<()> {
    let by_hand = format!("apt-get install --no-install-recommends {}", names.join(" "));
    let is_root = output(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    if !is_root || !exists("apt-get") {
        return Err(format!(
            "this needs packages that only an administrator can install. Run: sudo {by_hand}"
        ));
    }
    let apt = |arguments: &[&str]| {
        run(program("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(arguments))
    };
    let mut arguments = vec!["install", "-y", "-q", "--no-install-recommends"];
    arguments.extend(names);
    // The package lists of a new machine may be missing or old: refresh them only when needed.
    apt(&arguments)
        .or_else(|_| apt(&["update", "-q"]).and_then(|()| apt(&arguments)))
        .map_err(|error| format!("{error}. Try it by hand: {by_hand}"))
}
