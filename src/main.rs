//! The program: reads its arguments and the environment, and does what they say.

/// Drawing a page takes thousands of small allocations: the system's allocator takes a quarter of
/// the time.
#[cfg(feature = "ssr")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[cfg(feature = "ssr")]
#[tokio::main]
async fn main() -> std::process::ExitCode {
    use std::{
        io::{Write as _, stderr, stdout},
        process::ExitCode,
    };

    use auxroom::server::boot::cli;
    use clap::Parser as _;

    let cli = cli::Cli::parse();
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    let var = |name: &str| std::env::var(name).ok();
    // Whoever closed the other end does not want to know.
    match cli::run(cli, var).await {
        Ok(report) => {
            let _ = stdout().write_all(report.as_bytes());
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(stderr(), "auxroom: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(feature = "ssr"))]
fn main() {}
