//! The program's other commands, each a process of its own.

use std::process::{Command, Output, Stdio};

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
