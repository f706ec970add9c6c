//! Turns the compiled `browser` crate into the JavaScript module the pages import.
//!
//! `bindgen IN.wasm OUTDIR` writes `waarmerk.js`, `waarmerk.d.ts` and `waarmerk_bg.wasm` into
//! `OUTDIR`. The library is used rather than the `wasm-bindgen` command, so that its version is
//! the one in the lock file and nothing needs to be installed beside Rust. Not built by default:
//! `cargo xtask wasm` calls it.

use std::{env, error::Error, fs, path::PathBuf};

use wasm_bindgen_cli_support::Bindgen;

/// The name of the files made; the pages import it.
const MODULE_NAME: &str = "waarmerk";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [input, folder] = arguments.as_slice() else {
        return Err("usage: bindgen IN.wasm OUTDIR".into());
    };
    fs::create_dir_all(folder)?;
    Bindgen::new()
        .input_path(input)
        .out_name(MODULE_NAME)
        .web(true)?
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(folder)?;
    Ok(())
}
