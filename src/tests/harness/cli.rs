//! The program's other commands, each a process of its own, and the files that they are about.

use std::{
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use super::TestApp;

/// What a command printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// Checks that it did what it was to do, and returns what it said.
    #[track_caller]
    pub(crate) fn succeeds(self) -> String {
        assert_eq!((self.code, self.stderr.as_str()), (Some(0), ""), "{}", self.stdout);
        self.stdout
    }

    /// Checks that it failed, and returns why.
    #[track_caller]
    pub(crate) fn fails(self) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (Some(1), ""), "{}", self.stderr);
        assert!(self.stderr.starts_with("auxroom: "), "{}", self.stderr);
        self.stderr
    }
}

/// Runs the program with these arguments, and with these variables alone.
pub(crate) fn auxroom<'a>(
    arguments: &[&str],
    vars: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Ended {
    let program = Command::new(env!("CARGO_BIN_EXE_auxroom"))
        .args(arguments)
        .env_clear()
        .envs(vars)
        .stdin(Stdio::null())
        .output();
    let Output { status, stdout, stderr } = program.expect("the program");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Ended { code: status.code(), stdout: text(stdout), stderr: text(stderr) }
}

impl TestApp {
    /// The database's file, and what else is kept under its name.
    pub(crate) fn file(&self, extension: &str) -> PathBuf {
        self.folder.path().join(format!("rooms.db{extension}"))
    }

    /// Runs one of the program's other commands, configured like this server.
    pub(crate) fn runs(&self, arguments: &[&str]) -> Ended {
        self.runs_with(arguments, &[])
    }

    /// The same, with other variables in its environment.
    pub(crate) fn runs_with(&self, arguments: &[&str], changed: &[(&str, &str)]) -> Ended {
        let usual = self.vars.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        auxroom(arguments, usual.chain(changed.iter().copied()))
    }

    /// Where the key is kept.
    pub(crate) fn key_file(&self) -> PathBuf {
        self.folder.path().join("rooms.db.key")
    }

    /// Every byte of the database on disk, what is not yet in the main file included.
    pub(crate) fn database_bytes(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.folder.path()).expect("the database's folder");
        let files = files.map(|file| file.expect("a file").path());
        let files = files.filter(|path| path.to_string_lossy().contains(".db"));
        let files = files.filter(|path| path.extension().is_none_or(|kind| kind != "key"));
        files.flat_map(|path| std::fs::read(path).expect("a file that can be read")).collect()
    }
}
