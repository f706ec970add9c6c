//! Changing a register's key from the command line.

use std::path::PathBuf;

use register::{KeyChangeError, KeyChangeRequest};

use crate::output::tell;
use crate::services::{ServiceError, register_of};

/// What to do with a register's key. The register must not run meanwhile.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Announce the next key, so that readers refuse any other: also one that a thief of the present key brings.
    ///
    /// Keep the file away from the register's machine. Readers have to pin what GET /v1/anchor tells from then on.
    Announce {
        /// The register's TOML file.
        #[arg(long)]
        config: PathBuf,
        /// The file of the next key; made when it is not there.
        #[arg(long)]
        key: PathBuf,
    },
    /// Put the next key in the place of the present one. Readers follow, without pinning anew.
    Change {
        /// The register's TOML file.
        #[arg(long)]
        config: PathBuf,
        /// The file of the next key; made when it is not there.
        #[arg(long)]
        key: PathBuf,
        /// Announce the key after that one as well; its file is made when it is not there.
        #[arg(long)]
        announce: Option<PathBuf>,
        /// Somebody else may have the present key: nothing that it signed counts any longer.
        #[arg(long)]
        compromised: bool,
    },
}

/// Why a register's key was not changed.
#[derive(Debug, thiserror::Error)]
pub enum RegisterKeyError {
    /// The register's file cannot be used.
    #[error(transparent)]
    Configuration(#[from] ServiceError),
    /// The key was not announced or changed.
    #[error(transparent)]
    Key(#[from] KeyChangeError),
}

/// Does it, and says what was done.
pub async fn run(command: &Command) -> Result<(), RegisterKeyError> {
    match command {
        Command::Announce { config, key } => {
            let (folder, url) = register_of(config)?;
            let thumbprint = register::announce_key(&folder, &url, key).await?;
            tell(&format!(
                "announced: only the key with thumbprint {thumbprint} can follow"
            ));
            tell(&format!(
                "keep {} away from this machine, and safe: without it the key cannot be changed",
                key.display()
            ));
        }
        Command::Change {
            config,
            key,
            announce,
            compromised,
        } => {
            let (folder, url) = register_of(config)?;
            let change = register::change_key(&KeyChangeRequest {
                data_dir: &folder,
                public_url: &url,
                key,
                announce: announce.as_deref(),
                compromised: *compromised,
                at: chrono::Utc::now(),
            })
            .await?;
            tell(&format!(
                "change {} of key is recorded; start the register to publish it",
                change.number
            ));
            tell(&format!(
                "{} is in the register's own folder now: remove that copy",
                key.display()
            ));
            if change.compromised {
                tell("nothing that the old key signed counts any longer, for readers who saw a list since");
            }
        }
    }
    Ok(())
}
