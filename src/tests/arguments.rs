//! The program's arguments.

use crate::harness::{Ended, auxroom};

#[test]
fn arguments_help_and_version_go_to_standard_output() {
    for flag in ["--help", "-h", "help"] {
        let help = auxroom(&[flag], []).succeeds();
        for word in ["Usage: auxroom [COMMAND]", "serve", "DATABASE_URL", "SPOTIFY_CLIENT_ID"] {
            assert!(help.contains(word), "{flag}: {word} is not in {help}");
        }
    }
    for flag in ["--version", "-V"] {
        let version = format!("auxroom {}\n", env!("CARGO_PKG_VERSION"));
        assert_eq!(auxroom(&[flag], []).succeeds(), version);
    }
}

#[test]
fn arguments_that_it_does_not_know_end_it_with_status_2() {
    for arguments in [&["--port", "80"][..], &["sevre"], &["serve", "now"]] {
        let Ended { code, stdout, stderr } = auxroom(arguments, []);
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(stderr.contains("error: ") && stderr.contains("--help"), "{stderr}");
    }
}

#[test]
fn arguments_serve_and_none_start_the_server() {
    for arguments in [&["serve"][..], &[]] {
        // Which says so by what stops it.
        let vars = [("LEPTOS_SITE_ADDR", "127.0.0.1:0"), ("DATABASE_URL", "mysql://nowhere")];
        let why = auxroom(arguments, vars).fails();
        assert!(why.contains("DATABASE_URL: must begin with sqlite:"), "{why}");
    }
}
