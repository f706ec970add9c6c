//! Builds again when the page changes.

fn main() {
    // Without the folder its first appearance would go unnoticed; it is ignored by git.
    let _ = std::fs::create_dir_all("page/dist");
    println!("cargo::rerun-if-changed=page/dist");
}
