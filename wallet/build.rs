//! Builds again when the app or the tables change.

fn main() {
    // Without the folder its first appearance would go unnoticed; it is ignored by git.
    let _ = std::fs::create_dir_all("app/dist");
    println!("cargo::rerun-if-changed=app/dist");
    println!("cargo::rerun-if-changed=migrations");
}
