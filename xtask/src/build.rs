//! Builds the wasm core, the pages and the program, in that order, each only when its sources changed.

use crate::run::{Result, cargo, once, program, root, run, step, target};
use crate::setup;
use std::path::PathBuf;

/// The pages: their folder and what people call them.
const PAGES: [(&str, &str); 5] = [
    ("wallet/app", "wallet"),
    ("verifier/page", "verifier"),
    ("issuer-adapter/desk", "desk"),
    ("register/page", "register"),
    ("src/demo/page", "start page"),
];

/// Everything.
pub(crate) fn all() -> Result<()> {
    wasm()?;
    pages()?;
    step("Building the program", || {
        run(cargo().args(["build", "--package", "waarmerk"]))
    })
}

/// The wallet core and the verification crate for the browser, as a JavaScript module in `ui/wasm`.
pub(crate) fn wasm() -> Result<()> {
    step("Building the wasm core (minutes the first time)", || {
        run(setup::wasm_cargo()?.args(["--package", "browser", "--profile", "wasm", "--quiet"]))
    })?;
    let module = target().join("wasm/wasm32-unknown-unknown/wasm/browser.wasm");
    let folder = root().join("ui/wasm");
    once(
        "bindgen",
        std::slice::from_ref(&module),
        &folder.join("waarmerk_bg.wasm"),
        || {
            step(
                "Binding the wasm core (building the tool takes a minute the first time)",
                || {
                    run(cargo()
                        .args(["run", "--quiet", "--package", "bindgen", "--"])
                        .arg(&module)
                        .arg(&folder))
                },
            )
        },
    )
    .map(drop)
}

/// The static files of all pages.
pub(crate) fn pages() -> Result<()> {
    for (folder, name) in PAGES {
        let folder: PathBuf = root().join(folder);
        let inputs = [
            folder.clone(),
            root().join("ui"),
            root().join("package-lock.json"),
        ];
        let stamp = format!("page-{}", name.replace(' ', "-"));
        once(&stamp, &inputs, &folder.join("dist/index.html"), || {
            step(&format!("Building the {name}"), || {
                run(program("npm")
                    .args(["run", "--silent", "build"])
                    .current_dir(&folder))
            })
        })?;
    }
    Ok(())
}

/// The folders of the pages, for their own checks.
pub(crate) fn page_folders() -> impl Iterator<Item = PathBuf> {
    PAGES
        .into_iter()
        .map(|(folder, _)| root().join(folder))
        .chain([root().join("ui")])
}

/// Where the built program is.
pub(crate) fn binary() -> PathBuf {
    target().join("debug/waarmerk")
}
