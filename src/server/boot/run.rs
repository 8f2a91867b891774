//! Builds a server and runs it: the same way in production and in tests.

use std::{future::Future, net::SocketAddr, time::Duration};

use anyhow::Context as _;
use axum::{Router, serve::ListenerExt as _};
use leptos::config::LeptosOptions;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::server::{
    accounts::{connections, seal::Sealer},
    actions::housekeeping,
    boot::{config::Config, demo::Demo},
    clock::Clock,
    http::{
        assets::Assets,
        router::router,
        state::{AppState, Shared},
    },
    live::hub::{Hub, Tools},
    rooms::skip::BallotBox,
    spotify::Spotify,
    store::{database::Database, session_store::DatabaseStore},
};

/// Requests under way may take this long after a SIGTERM.
const GRACE: Duration = Duration::from_millis(1_500);

/// A server that listens, but does not answer yet.
pub struct Server {
    /// What its requests can reach.
    pub app: AppState,
    /// Where it listens.
    pub address: SocketAddr,
    listener: TcpListener,
    router: Router,
}

impl Server {
    /// Prepares everything that can fail.
    ///
    /// # Errors
    /// If the address is taken, the configuration is bad or the database cannot be opened.
    pub async fn prepare(
        leptos_options: LeptosOptions,
        var: impl Fn(&str) -> Option<String>,
        clock: Clock,
        spotify_timeout: Duration,
    ) -> anyhow::Result<Self> {
        let wanted = leptos_options.site_addr;
        let listener = TcpListener::bind(wanted)
            .await
            .with_context(|| format!("LEPTOS_SITE_ADDR: {wanted} cannot be listened on"))?;
        let address = listener.local_addr()?;
        let config = Config::read(var, address)?;
        let database = Database::open(&config.database.url).await?;
        let demo = config.spotify.is_none().then(|| Demo::new(&config, address, &clock));
        let (credentials, accounts_url, api_url) = match (&config.spotify, &demo) {
            (Some(real), _) => {
                (real.credentials.clone(), real.accounts_url.clone(), real.api_url.clone())
            }
            (None, demo) => {
                let demo = demo.as_ref().context("a demo without its simulation")?;
                (demo.credentials.clone(), demo.base.clone(), format!("{}/v1", demo.base))
            }
        };
        let spotify = Spotify::new(credentials, accounts_url, api_url, spotify_timeout)?;
        let sealer =
            Sealer::new(&config.secret_key.key(connections::any_sealed(&database).await?)?);
        if config.spotify.is_some() {
            connections::adopt(&database, spotify.client_id()).await?;
        }
        let shutdown = CancellationToken::new();
        let hub = Hub::new(Tools {
            database: database.clone(),
            spotify: spotify.clone(),
            sealer: sealer.clone(),
            clock: clock.clone(),
            shutdown: shutdown.clone(),
        });
        let assets = Assets::of_build(&leptos_options);
        let sessions = DatabaseStore::new(database.clone(), clock.clone());
        let votes = BallotBox::new(database.clone());
        let app = AppState::from(Shared {
            leptos_options,
            config,
            database,
            sessions,
            votes,
            hub,
            spotify,
            sealer,
            clock,
            shutdown,
            assets,
        });
        let router = router(&app, demo.as_ref());
        Ok(Self { app, address, listener, router })
    }

    /// Answers until `stop` is done, then ends streams and rooms and returns within two seconds.
    ///
    /// # Errors
    /// If listening fails.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
        let Self { app, listener, router, .. } = self;
        let shutdown = app.shutdown.clone();
        let housekeeping = tokio::spawn(housekeeping::run(
            app.database.clone(),
            app.hub.clone(),
            app.clock.clone(),
            shutdown.clone(),
        ));
        app.hub.resume_skips().await?;
        // Small writes of a streamed page would otherwise wait 40 ms for delayed acknowledgements.
        let listener = listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(error = %error, "TCP_NODELAY could not be set");
            }
        });
        let stopping = shutdown.clone();
        // A bare router would be copied, with each of its routes, for every connection: 280 KB each.
        let serving =
            axum::serve(listener, router.into_make_service()).with_graceful_shutdown(async move {
                stop.await;
                stopping.cancel();
            });
        let too_late = async {
            shutdown.cancelled().await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            served = serving.into_future() => served?,
            () = too_late => tracing::info!("Some requests did not end in time"),
        }
        let _ = tokio::time::timeout(Duration::from_millis(300), app.hub.stopped()).await;
        housekeeping.abort();
        Ok(())
    }
}
