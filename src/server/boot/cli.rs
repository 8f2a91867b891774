//! What the program is told to do: its arguments. All else comes from the environment.

mod backup;
mod restore;
mod rotate_key;
mod serve;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{Parser, Subcommand};

use crate::server::boot::config::Storage;

/// What `--help` says below the commands.
const ENVIRONMENT: &str = "\
Configuration comes from environment variables alone; .github/CONFIGURATION.md lists them
all. First of all:
  LEPTOS_SITE_ADDR       where it listens (127.0.0.1:3000)
  DATABASE_URL           the database (sqlite://auxroom.db?mode=rwc)
  SPOTIFY_CLIENT_ID      your Spotify application, with SPOTIFY_CLIENT_SECRET; without them it runs
                         in demo mode, with the database auxroom-demo.db

Exit status: 0 if all went well, 1 if not (standard error says why), 2 for arguments that it does
not know.";

/// The program's arguments.
#[derive(Debug, Parser)]
#[command(about, version, after_help = ENVIRONMENT)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server, as without any command
    Serve,
    /// Copy the database to FILE; the server may run meanwhile
    ///
    /// FILE must not exist. The key that opens the Spotify sign-ins is not in it: keep that too.
    Backup {
        /// The copy to make
        file: PathBuf,
    },
    /// Put the backup FILE in the database's place; the server must not run
    ///
    /// The database before it is kept beside it. The key is not in a backup: where the present one
    /// is another than that of the backup, put that back too.
    Restore {
        /// The backup, which stays as it is
        file: PathBuf,
    },
    /// Seal the Spotify sign-ins with a new key; the server must not run
    ///
    /// The key file gets a new key; where `AUXROOM_SECRET_KEY` is set, set it to a new one
    /// first, and `AUXROOM_OLD_SECRET_KEY` to the one before. If it is interrupted, nothing is lost:
    /// run it again.
    RotateKey,
}

/// Does what the arguments say, with the environment that `var` reads. Returns what to print.
///
/// # Errors
/// If it could not be done.
pub async fn run(cli: Cli, var: impl Fn(&str) -> Option<String>) -> anyhow::Result<String> {
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::serve(var).await.map(|()| String::new()),
        Command::Backup { file } => backup::backup(&Storage::read(var)?, &file).await,
        Command::RotateKey => rotate_key::rotate_key(&Storage::read(var)?).await,
        Command::Restore { file } => restore::restore(&Storage::read(var)?, &file).await,
    }
}

/// The database's file, for what needs one that is there.
fn existing_file(storage: &Storage) -> anyhow::Result<&Path> {
    let file = storage.database.file.as_deref();
    let file = file.context("DATABASE_URL: a database in memory has nothing to keep")?;
    if !file.exists() {
        bail!(
            "DATABASE_URL: there is no {} (in demo mode, without SPOTIFY_CLIENT_ID, the database is \
             another one)",
            file.display()
        );
    }
    Ok(file)
}
