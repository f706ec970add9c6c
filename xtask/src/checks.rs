//! What CI runs besides the tests.

use crate::run::{Result, cargo, exists, output, program, root, run, step, target};
use crate::{build, conformance, second_opinions, setup, tests};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Generated files: what the program writes, and where it lies.
const GENERATED: [(&str, &str); 4] = [
    ("issuer-adapter", "specs/api/issuer-adapter.openapi.json"),
    ("register", "specs/api/register.openapi.json"),
    ("verifier", "specs/api/verifier.openapi.json"),
    ("wallet", "specs/api/wallet.openapi.json"),
];
/// Workspaces with a lock file of their own, which follows what the crates of this one depend on.
const LOCKED_BESIDE: [&str; 2] = ["fuzz/Cargo.toml", "second-opinion/Cargo.toml"];
const CARGO_DENY: &str = "0.20.2";

/// Everything CI runs, cheapest first.
pub(crate) fn ci(data: Option<&Path>) -> Result<()> {
    step("Checking the format", || {
        run(cargo().args(["fmt", "--all", "--check"]))
    })?;
    step(
        "Checking the lock files of the workspaces beside this one",
        || LOCKED_BESIDE.iter().try_for_each(|manifest| locked(manifest)),
    )?;
    setup::all(true)?;
    build::all()?;
    step("Linting", || {
        run(cargo().args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ]))
    })?;
    step("Building the documentation", || {
        run(cargo()
            .env("RUSTDOCFLAGS", "-D warnings")
            .args(["doc", "--workspace", "--no-deps", "--quiet"]))
    })?;
    step("Checking the dependency policy", dependency_policy)?;
    step("Checking that generated files are current", || generate(true))?;
    tests::all(&tests::Options::default())?;
    second_opinions::ask(None)?;
    if let Some(data) = data {
        conformance::run_suites(data, false)?;
    }
    mutations(None)
}

/// Refuses a workspace whose lock file is not current.
fn locked(manifest: &str) -> Result<()> {
    let arguments = [
        "metadata",
        "--locked",
        "--format-version",
        "1",
        "--manifest-path",
        manifest,
    ];
    match output(cargo().args(arguments)) {
        Some(_) => Ok(()),
        None => Err(format!(
            "the lock file beside {manifest} is not current; run `cargo metadata --manifest-path {manifest}` and commit it"
        )),
    }
}

/// Licences, sources and bans of `deny.toml`.
fn dependency_policy() -> Result<()> {
    let tools = target().join("tools");
    let deny = tools.join("bin/cargo-deny");
    if !deny.exists() {
        step("Installing cargo-deny (some minutes, once)", || {
            run(cargo()
                .args([
                    "install",
                    "--quiet",
                    "--locked",
                    "--debug",
                    "cargo-deny",
                    "--version",
                    CARGO_DENY,
                    "--root",
                ])
                .arg(&tools))
        })?;
    }
    run(program(deny).args([
        "--log-level",
        "error",
        "--offline",
        "check",
        "bans",
        "licenses",
        "sources",
    ]))
}

/// Writes the generated files, or checks them.
pub(crate) fn generate(check: bool) -> Result<()> {
    for (name, path) in GENERATED {
        let made = output(program(build::binary()).args(["openapi", name]))
            .ok_or_else(|| format!("`waarmerk openapi {name}` failed"))?;
        let file = root().join(path);
        if fs::read_to_string(&file).is_ok_and(|known| known == made) {
            continue;
        }
        if check {
            return Err(format!("{path} is not current. Run: cargo xtask generate"));
        }
        fs::write(&file, made).map_err(|error| format!("{path}: {error}"))?;
    }
    examples("credentials", &["open_badges", "sd_jwt_vc"], check)?;
    examples("trust", &["vectors"], check)
}

/// Examples and vectors of `specs/`: the tests that hold them against the code write them.
fn examples(package: &str, files: &[&str], check: bool) -> Result<()> {
    let mut tests = cargo();
    tests.args(["test", "--quiet", "--package", package]);
    for file in files {
        tests.args(["--test", file]);
    }
    if !check {
        tests.env("UPDATE_EXAMPLES", "1");
    }
    run(&mut tests)
}

/// Applies each patch of `tests/mutations` to a copy of the sources and expects its named test to break.
pub(crate) fn mutations(filter: Option<&str>) -> Result<()> {
    let copy = target().join("mutations/source");
    let built = target().join("mutations/target");
    setup::all(false)?;
    let patches = patches(filter)?;
    if patches.is_empty() {
        return Err("no patch was found".into());
    }
    let passes = |patch: &Patch| -> Result<bool> {
        cargo()
            .current_dir(&copy)
            .env("CARGO_TARGET_DIR", &built)
            .args(["test", "--quiet", "--package", &patch.package, &patch.test])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .map(|status| status.success())
            .map_err(|error| error.to_string())
    };
    step("Running the named tests on the sources as they are", || {
        copy_sources(&copy)?;
        for patch in &patches {
            if !passes(patch)? {
                return Err(format!("`{}` fails even without the patch", patch.test));
            }
        }
        Ok(())
    })?;
    for patch in &patches {
        step(&format!("Without {}", patch.breaks), || {
            copy_sources(&copy)?;
            run(program("git")
                .current_dir(&copy)
                .env("GIT_CEILING_DIRECTORIES", target())
                .arg("apply")
                .arg(&patch.path))?;
            if !compiles(&copy, &built, &patch.package)? {
                return Err("the patched sources do not compile, so the test says nothing".into());
            }
            if passes(patch)? {
                return Err(format!("test `{}` still passes", patch.test));
            }
            println!("  test `{}` breaks, as it should", patch.test);
            Ok(())
        })?;
    }
    println!("{} mutations, each caught by its named test", patches.len());
    copy_sources(&copy)
}

fn compiles(copy: &Path, built: &Path, package: &str) -> Result<bool> {
    cargo()
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", built)
        .args(["test", "--quiet", "--no-run", "--package", package])
        .status()
        .map(|status| status.success())
        .map_err(|error| error.to_string())
}

struct Patch {
    path: PathBuf,
    breaks: String,
    package: String,
    test: String,
}

fn patches(filter: Option<&str>) -> Result<Vec<Patch>> {
    let folder = root().join("tests/mutations");
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .map_err(|error| format!("{}: {error}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "patch"))
        .filter(|path| filter.is_none_or(|wanted| path.to_string_lossy().contains(wanted)))
        .collect();
    paths.sort();
    paths.into_iter().map(read_patch).collect()
}

fn read_patch(path: PathBuf) -> Result<Patch> {
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let field = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(&format!("# {name}: ")))
            .map(str::to_owned)
            .ok_or_else(|| format!("{} has no line `# {name}: …`", path.display()))
    };
    let test = field("test")?;
    let (package, test) = test
        .split_once(' ')
        .ok_or_else(|| format!("{}: no test is named", path.display()))?;
    Ok(Patch {
        breaks: field("breaks")?,
        package: package.to_owned(),
        test: test.trim().to_owned(),
        path,
    })
}

/// Copies what git would commit, as it is in the working tree; unchanged files keep their times, so little is rebuilt.
fn copy_sources(copy: &Path) -> Result<()> {
    if !exists("git") {
        return Err("git is needed to copy the sources".into());
    }
    let listed = output(program("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]))
        .ok_or("`git ls-files` failed")?;
    for name in listed.lines().filter(|name| !name.starts_with("docs/")) {
        let (from, to) = (root().join(name), copy.join(name));
        let Ok(bytes) = fs::read(&from) else { continue };
        if fs::read(&to).is_ok_and(|known| known == bytes) {
            continue;
        }
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        }
        fs::write(&to, bytes).map_err(|error| format!("{}: {error}", to.display()))?;
    }
    let packages = copy.join("node_modules");
    if !packages.exists() {
        std::os::unix::fs::symlink(root().join("node_modules"), &packages)
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}
