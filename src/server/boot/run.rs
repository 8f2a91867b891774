//! Builds a server and runs it: the same way in production and in tests.

use std::{net::SocketAddr, time::Duration};

use anyhow::Context as _;
use axum::Router;
use leptos::config::LeptosOptions;
use tokio::net::{TcpListener, TcpSocket};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::server::{
    accounts::{
        self,
        access::Access,
        catalogue::Catalogue,
        limiter::Limiter,
        rate_limit::RateLimit,
        seal::Sealer,
        tokens::{Refresher, Renewal},
    },
    actions::{App, demo::DemoGuests, devices, housekeeping, search},
    boot::{
        config::Config,
        demo::{self, Demo},
        metrics::MetricsServer,
        supervisor,
    },
    clock::Clock,
    http::{
        assets::Assets,
        connections::{self, serve},
        limits::Limits,
        open_streams::OpenStreams,
        router::router,
        state::{AppState, Consent, Shared, Site},
    },
    live::{self, Dependencies, Hub},
    metrics::Metrics,
    rooms::votes::VoteBatcher,
    spotify::{Credentials, Spotify},
    store::{database::Database, lock::Lock, session_store::DatabaseStore},
};

/// Requests, commands and refreshes in flight may take this long after a SIGTERM: what is left of two
/// seconds once a busy machine has ended everything else.
const GRACE: Duration = Duration::from_millis(1_600);
/// A server that was told to stop lets go of its database within this time.
const PATIENCE: Duration = Duration::from_secs(2);
/// Connections that wait to be accepted. Beyond it a connection waits for its SYN to be sent again,
/// a second and more: a crowd that comes back after a restart must fit. Linux allows 4,096 unless
/// `net.core.somaxconn` says otherwise.
const BACKLOG: u32 = 4_096;

/// As many files a process may open at least on most systems.
const FILES: u64 = 1_024;

/// What takes real time, whatever the clock says.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// How long to wait for an answer of Spotify's.
    pub spotify_timeout: Duration,
    /// How soon after a state a room is read again, by how many watch, in milliseconds.
    pub fan_out_ms: fn(usize) -> u64,
    /// How many connections there may be, and how long they may stay silent.
    pub connections: connections::Limits,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            spotify_timeout: Duration::from_secs(10),
            fan_out_ms: live::fan_out_ms,
            connections: connections::Limits::for_files(FILES),
        }
    }
}

/// A server that listens, but does not answer yet.
pub struct Server {
    /// What its requests can reach.
    pub app: AppState,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where Prometheus asks, if it may.
    pub metrics: Option<MetricsServer>,
    listener: TcpListener,
    router: Router,
    limits: connections::Limits,
    dependencies: Dependencies,
    /// None for a database in memory.
    lock: Option<Lock>,
}

impl Server {
    /// Prepares everything that can fail.
    ///
    /// # Errors
    /// If the address is taken, the configuration is bad, or the database cannot be opened or is in
    /// use by another server.
    pub async fn prepare(
        leptos_options: LeptosOptions,
        var: impl Fn(&str) -> Option<String>,
        clock: Clock,
        timing: Timing,
    ) -> anyhow::Result<Self> {
        let wanted = leptos_options.site_addr;
        let listener = listen(wanted)
            .with_context(|| format!("LEPTOS_SITE_ADDR: {wanted} cannot be listened on"))?;
        let address = listener.local_addr()?;
        let config = Config::read(var, address)?;
        let metrics = match config.metrics_addr {
            Some(address) => Some(MetricsServer::bind(address).await?),
            None => None,
        };
        let demo = config.spotify.is_none().then(|| Demo::new(&config, address, &clock));
        let lock = match &config.database.file {
            Some(file) => Some(Lock::take(file, PATIENCE).await.context("DATABASE_URL")?),
            None => None,
        };
        let dependencies = dependencies(&config, demo.as_ref(), clock, timing).await?;
        let Dependencies { database, spotify, limiter, sealer, clock, shutdown, cut_off, .. } =
            dependencies.clone();
        let limits = Limits::new(&clock);
        let access = Access::new(dependencies.refresher.clone());
        let app = AppState::from(Shared {
            sessions: DatabaseStore::new(database.clone(), clock.clone()),
            app: App {
                hub: Hub::new(dependencies.clone()),
                votes: VoteBatcher::new(database.clone()),
                database,
                spotify,
                limiter,
                sealer,
                catalogue: Catalogue::new(access.clone(), clock.clone()),
                access,
                search_limit: search::limit(&clock),
                host_limit: devices::limit(&clock),
                demo: demo.as_ref().map(|_| DemoGuests::new(shutdown.clone())),
                members_per_room: config.members_per_room,
                clock,
            },
            site: site(config),
            limits,
            streams: OpenStreams::default(),
            metrics: dependencies.metrics.clone(),
            shutdown,
            cut_off,
            assets: Assets::of_build(&leptos_options),
            leptos_options,
        });
        let beside = demo.map(|demo| (demo::PATH, demo.simulator.router()));
        let router = router(&app, beside);
        let limits = timing.connections;
        Ok(Self { app, address, metrics, listener, router, limits, dependencies, lock })
    }

    /// Answers until `stop` is done, then ends streams and rooms and returns within two seconds.
    ///
    /// # Errors
    /// If listening fails.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
        let Self { app, metrics, listener, router, limits, dependencies, lock, .. } = self;
        let (shutdown, proxies) = (app.shutdown.clone(), app.site.trusted_proxies.clone());
        let sweeping = housekeeping::begin(app.app.clone(), shutdown.clone()).await;
        let housekeeping = tokio::spawn(sweeping);
        app.hub.resume().await?;
        if let Some(metrics) = metrics {
            tokio::spawn(metrics.run(app.clone()));
        }
        let stopping = shutdown.clone();
        tokio::spawn(async move {
            stop.await;
            supervisor::is_stopping();
            stopping.cancel();
        });
        supervisor::is_ready();
        let finished = async {
            serve(listener, router, limits, proxies, shutdown.clone()).await;
            if let Some(guests) = &app.demo {
                guests.gone().await;
            }
            app.hub.stopped().await;
            dependencies.refresher.finished().await;
            dependencies.limiter.rate_limit.stored().await;
        };
        let too_late = async {
            shutdown.cancelled().await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            () = finished => {}
            () = too_late => {
                tracing::info!("Something did not end in time");
                app.cut_off.cancel();
            }
        }
        housekeeping.abort();
        drop(lock);
        Ok(())
    }
}

fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // As after a crash, when connections of before still linger.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// What rooms, and everything else, work with.
async fn dependencies(
    config: &Config,
    demo: Option<&Demo>,
    clock: Clock,
    timing: Timing,
) -> anyhow::Result<Dependencies> {
    let is_measured = config.metrics_addr.is_some();
    let metrics = if is_measured { Metrics::on(clock.clone()) } else { Metrics::default() };
    let database = Database::open(&config.database.url).await?.measured_by(metrics.clone());
    let (credentials, accounts_url, api_url) = spotify_at(config, demo)?;
    let spotify = Spotify::new(credentials, accounts_url, api_url, timing.spotify_timeout)?
        .measured_by(metrics.clone());
    if config.spotify.is_some() {
        accounts::connections::adopt(&database, spotify.client_id()).await?;
    }
    let has_sealed = accounts::connections::any_sealed(&database).await?;
    let keys = config.secret_key.keys(has_sealed)?;
    if !keys.old.is_empty() {
        tracing::info!("An old key still opens sign-ins; `auxroom rotate-key` makes it needless");
    }
    let sealer = Sealer::new(&keys);
    let rate_limit = RateLimit::load(&database, spotify.client_id(), clock.clone()).await?;
    let limiter = Limiter::new(rate_limit, config.spotify_budget, &clock);
    let (shutdown, cut_off) = (CancellationToken::new(), CancellationToken::new());
    let refresher = Refresher::new(Renewal {
        database: database.clone(),
        spotify: spotify.clone(),
        limiter: limiter.clone(),
        sealer: sealer.clone(),
        clock: clock.clone(),
        cut_off: cut_off.clone(),
    });
    let fan_out_ms = timing.fan_out_ms;
    Ok(Dependencies {
        database,
        spotify,
        sealer,
        refresher,
        limiter,
        clock,
        metrics,
        fan_out_ms,
        shutdown,
        cut_off,
    })
}

/// The Spotify application, and where Spotify is: its accounts service and its Web API.
fn spotify_at(
    config: &Config,
    demo: Option<&Demo>,
) -> anyhow::Result<(Credentials, String, String)> {
    match (&config.spotify, demo) {
        (Some(real), _) => {
            Ok((real.credentials.clone(), real.accounts_url.clone(), real.api_url.clone()))
        }
        (None, demo) => {
            let demo = demo.context("a demo without its simulation")?;
            Ok((demo.credentials.clone(), demo.base.clone(), format!("{}/v1", demo.base)))
        }
    }
}

/// What browsers have to know.
fn site(config: Config) -> Site {
    let origin = |url: &str| {
        Url::parse(url).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
    };
    let spotify = config.spotify.as_ref();
    Site {
        consent: spotify.map_or(Consent::Below(demo::PATH), |spotify| {
            Consent::At(spotify.accounts_url.clone())
        }),
        consent_origin: spotify.map(|spotify| origin(&spotify.accounts_url)).unwrap_or_default(),
        covers_origin: spotify.map(|spotify| origin(&spotify.api_url)).unwrap_or_default(),
        is_demo: spotify.is_none(),
        reloads: config.reloads,
        public_url: config.public_url,
        trusted_proxies: config.trusted_proxies,
    }
}
