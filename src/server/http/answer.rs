//! How a server function answers: a form goes to a page that says what happened, a script gets a
//! status.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{
        HeaderMap, StatusCode,
        header::{ACCEPT, CONTENT_LENGTH, REFERER},
    },
    middleware::Next,
    response::Response,
};
use leptos::{
    prelude::{FromServerFnError as _, use_context},
    server_fn::{
        ServerFn,
        error::{SERVER_FN_ERROR_HEADER, ServerFnUrlError},
    },
};
use leptos_axum::ResponseOptions;
use rand::{SeedableRng as _, rngs::StdRng};
use url::Url;

use crate::server::{http::caller::Caller, live::hub::Command};
use crate::{
    error::AppError,
    model::{Outcome, paths},
};

/// No error of ours comes near this size.
const LARGEST_ERROR: usize = 4096;

/// Ends a command that a script shows in place: only a plain form is sent to `path`.
pub fn done_at(path: &str, done: Outcome) -> Outcome {
    if is_form() {
        leptos_axum::redirect(&paths::with_done(&as_still(path), done));
    }
    done
}

/// Ends a command that leads to another page, for forms and scripts alike.
pub fn go_to(path: &str, done: Outcome) -> Outcome {
    leptos_axum::redirect(&paths::with_done(path, done));
    done
}

/// Sends a plain form whose request was refused back to `path`, with the error and `fields` as
/// they were filled in.
pub fn refused_at<F: ServerFn>(
    path: &str,
    fields: &[(&str, &str)],
) -> impl FnOnce(AppError) -> AppError + use<F> {
    let mut url = Url::parse("http://here").and_then(|base| base.join(&as_still(path))).ok();
    if let Some(url) = &mut url {
        for (name, value) in fields {
            // A browser sends no more than the field takes; anything longer is not shown again.
            let short: String = value.chars().take(64).collect();
            url.query_pairs_mut().append_pair(name, &short);
        }
    }
    move |error| {
        if is_form() {
            let url =
                url.and_then(|url| ServerFnUrlError::new(F::PATH, error).to_url(url.as_str()).ok());
            if let Some(url) = url {
                let query = url.query().unwrap_or_default();
                leptos_axum::redirect(&format!("{}?{query}", url.path()));
            }
        }
        error
    }
}

/// Carries a command out for a member, whoever may.
///
/// # Errors
/// If they may not, or what Spotify left to be desired.
pub async fn command<F: ServerFn>(code: &str, command: Command) -> Result<Outcome, AppError> {
    let refused = refused_at::<F>(&paths::room(code), &[]);
    async {
        let caller = Caller::current().await?;
        let member = caller.member(code).await?;
        match command {
            Command::Play | Command::Pause => member.may_pause()?,
            Command::Skip => drop(member.clone().into_host()?),
        }
        let done = caller.app.hub.command(member.room.id, command).await?;
        Ok(done_at(&paths::room(member.code()), done))
    }
    .await
    .map_err(refused)
}

/// Gives the page that is being drawn the status of what went wrong.
///
/// # Errors
/// What it was given.
pub fn page<T>(view: Result<T, AppError>) -> Result<T, AppError> {
    view.inspect_err(|error| {
        if let (Some(response), Ok(status)) =
            (use_context::<ResponseOptions>(), StatusCode::from_u16(error.status()))
        {
            response.set_status(status);
        }
    })
}

/// Chance, where it enters: rules take it as an argument.
pub fn rng() -> StdRng {
    StdRng::from_os_rng()
}

/// Gives an error the status of its kind: the framework answers every one with 500.
pub async fn with_status(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR
        || !response.headers().contains_key(SERVER_FN_ERROR_HEADER)
    {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, LARGEST_ERROR).await.unwrap_or_default();
    let error = AppError::de(bytes);
    // A request of ours that does not read back was malformed before it came here.
    let error = if error == AppError::Offline { AppError::Malformed } else { error };
    parts.status =
        StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(error.ser()))
}

/// A page that does not refresh itself, if the form was on one.
fn as_still(path: &str) -> String {
    let stands_still = use_context::<axum::http::request::Parts>().is_some_and(|parts| {
        let from = parts.headers.get(REFERER).and_then(|from| from.to_str().ok());
        from.is_some_and(|from| from.contains(paths::WITHOUT_REFRESH))
    });
    if stands_still { paths::without_refresh(path) } else { path.to_owned() }
}

/// Whether the request is a plain form's rather than a script's.
fn is_form() -> bool {
    use_context::<axum::http::request::Parts>().is_some_and(|parts| accepts_html(&parts.headers))
}

/// Whether a person's browser will show the answer.
pub fn accepts_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}
