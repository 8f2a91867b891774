//! All routes and layers, on one page.

use std::{sync::LazyLock, time::Duration};

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, StatusCode, header::CACHE_CONTROL},
    middleware::{from_fn, from_fn_with_state, map_response},
    response::Response,
    routing::get,
};
use leptos::prelude::*;
use leptos_axum::{
    AxumRouteListing, LeptosRoutes as _, file_and_error_handler, generate_route_list,
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, DefaultPredicate, Predicate, predicate::NotForContentType},
    services::ServeDir,
    timeout::TimeoutLayer,
};

use crate::server::http::{
    blocked, error_page, events, fallback, forms, history,
    middleware::{detach, document, security, trace},
    paths, people, privacy, session,
    shell::shell,
    speakers,
    state::AppState,
};
use crate::{app::App, model};

/// Longer than a command that waits for Spotify.
const LONGEST_ANSWER: Duration = Duration::from_secs(30);

/// The pages. Listed once in a process: while the framework lists them, it keeps every page from
/// loading its data, and one that another server draws at that moment never ends.
static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));

/// Everything that the server answers, and what `beside` answers below its path.
pub fn router(app: &AppState, beside: Option<(&str, Router)>) -> Router {
    let page = {
        let app = app.clone();
        move |_options: LeptosOptions| shell(&app)
    };
    let draw = {
        let app = app.clone();
        move || shell(&app)
    };
    let hashed = Router::new()
        .fallback_service(
            ServeDir::new(format!(
                "{}/{}",
                app.leptos_options.site_root, app.leptos_options.site_pkg_dir
            ))
            .precompressed_br()
            .precompressed_gzip(),
        )
        .layer(map_response(immutable));
    let mut router = Router::new()
        .route("/room/{code}/events", get(events::events))
        .route("/room/{code}/history", get(history::page))
        .route("/room/{code}/blocked", get(blocked::page))
        .route("/room/{code}/playlist", get(fallback::page))
        .route("/room/{code}/people", get(people::page))
        .route("/room/{code}/speakers", get(speakers::page))
        .route(model::paths::PRIVACY, get(privacy::page))
        .leptos_routes(app, PAGES.clone(), draw)
        .nest(&format!("/{}", app.leptos_options.site_pkg_dir), hashed)
        .fallback(file_and_error_handler::<AppState, _>(page))
        .layer(from_fn(document::move_scripts_into_body))
        .layer(from_fn_with_state(app.clone(), forms::refuse))
        .layer(session::layer(app))
        .layer(from_fn(detach::run_to_completion))
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready));
    if let Some((path, beside)) = beside {
        router = router.nest_service(path, beside);
    }
    router
        .layer(from_fn_with_state(app.clone(), security::small_body))
        .layer(from_fn_with_state(app.clone(), security::admit))
        .layer(from_fn_with_state(app.clone(), paths::canonical))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, LONGEST_ANSWER))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(app.clone(), error_page::render_error))
        .layer(CompressionLayer::new().compress_when(worth_compressing()))
        .layer(from_fn(session::keep_cookie))
        .layer(from_fn_with_state(app.clone(), trace::observe))
        .with_state(app.clone())
}

/// A release build brings its WASM compressed. A debug build's 8 MB would take a second of every
/// first visit.
fn worth_compressing() -> impl Predicate {
    DefaultPredicate::new().and(NotForContentType::const_new("application/wasm"))
}

/// 200 when the database answers and its schema is the program's.
async fn ready(State(app): State<AppState>) -> StatusCode {
    if app.database.is_ready().await { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

/// What has its content's hash in its name never changes.
async fn immutable(mut response: Response) -> Response {
    // What a 304 says replaces what the browser kept with the file.
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
        response.headers_mut().insert(CACHE_CONTROL, forever);
    }
    response
}
