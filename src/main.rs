//! The program: reads the environment, starts the server, stops on SIGTERM or Ctrl-C.

/// Drawing a page takes thousands of small allocations: the system's allocator takes a quarter of
/// the time.
#[cfg(feature = "ssr")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[cfg(feature = "ssr")]
#[tokio::main]
async fn main() -> std::process::ExitCode {
    match run().await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "logging may be what did not start")]
            {
                eprintln!("auxroom: {error:#}");
            }
            std::process::ExitCode::FAILURE
        }
    }
}

#[cfg(feature = "ssr")]
async fn run() -> anyhow::Result<()> {
    use anyhow::Context as _;
    use auxroom::server::{
        boot::{
            run::{Server, Timing},
            telemetry,
        },
        clock::Clock,
        http::connections::Limits,
    };
    use leptos::config::get_configuration;
    use tokio::signal::unix::{SignalKind, signal};

    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    let var = |name: &str| std::env::var(name).ok();
    telemetry::start(var("RUST_LOG").as_deref(), var("AUXROOM_LOG_FORMAT").as_deref())?;
    let options =
        get_configuration(None).context("LEPTOS_ variables, LEPTOS_SITE_ADDR first of all")?;
    let options = options.leptos_options;
    // Each connection is one; 1,024 is what most systems give a process that does not ask.
    let files = rlimit::increase_nofile_limit(u64::MAX)?;
    let timing = Timing { connections: Limits::for_files(files), ..Timing::default() };
    let server = Server::prepare(options, var, Clock::system(), timing).await?;
    let demo = if server.app.site.is_demo { " (demo: a simulated Spotify)" } else { "" };
    tracing::info!("Listening on http://{}{demo}", server.address);

    let mut terminate = signal(SignalKind::terminate())?;
    server
        .run(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            tracing::info!("Stopping");
        })
        .await
}

#[cfg(not(feature = "ssr"))]
fn main() {}
