//! Consent: shows what the app asks for, and sends people back to it with a code.

use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use cookie::{Cookie, SameSite};
use serde::Deserialize;

use crate::pages;
use crate::simulator::{RedirectUris, Simulator};
use crate::state::Grant;

/// The cookie with the account that a browser is signed in with.
const SIGNED_IN: &str = "simulated_account";

/// The parameters of an authorization request.
#[derive(Deserialize)]
pub(crate) struct Request {
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    redirect_uri: String,
    #[serde(default)]
    response_type: String,
    #[serde(default)]
    scope: String,
    state: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
}

/// The person's answer.
#[derive(Deserialize)]
pub(crate) struct Decision {
    #[serde(default)]
    decision: String,
    #[serde(default)]
    account: String,
}

/// `GET /authorize`
pub(crate) async fn ask(
    State(simulator): State<Simulator>,
    Query(request): Query<Request>,
) -> Response {
    if let Err(problem) = request.check(&simulator) {
        return refuse(problem);
    }
    let accounts = simulator.options().controls.then(|| {
        simulator.read(|state| {
            let names = state
                .accounts
                .iter()
                .map(|account| (account.id.clone(), account.display_name.clone()));
            names.collect::<Vec<_>>()
        })
    });
    let page = pages::authorize(&request.scopes(), accounts.as_deref());
    ([(header::CACHE_CONTROL, "no-store")], page).into_response()
}

/// `POST /authorize`: the page's form, which keeps the parameters in its address.
pub(crate) async fn decide(
    State(simulator): State<Simulator>,
    Query(request): Query<Request>,
    headers: HeaderMap,
    Form(answer): Form<Decision>,
) -> Response {
    if let Err(problem) = request.check(&simulator) {
        return refuse(problem);
    }
    match answer.decision.as_str() {
        "agree" => {
            let signed_in = signed_in(&headers).filter(|_| request.asks_for_more());
            let (account, code) = request.grant(&simulator, &answer.account, signed_in);
            // The browser stays signed in, as it does at Spotify.
            let cookie = Cookie::build((SIGNED_IN, account)).http_only(true);
            let cookie = cookie.same_site(SameSite::Lax).build().to_string();
            ([(header::SET_COOKIE, cookie)], request.redirect_back("code", &code)).into_response()
        }
        "cancel" => request.redirect_back("error", "access_denied"),
        _ => refuse("Nothing was decided"),
    }
}

/// The account that the browser is signed in with.
fn signed_in(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    let mut cookies = Cookie::split_parse(cookies).flatten();
    cookies.find(|cookie| cookie.name() == SIGNED_IN).map(|cookie| cookie.value().to_owned())
}

/// The app's mistakes are shown here: nobody is sent back to it with them.
fn refuse(problem: &str) -> Response {
    (StatusCode::BAD_REQUEST, pages::error(problem)).into_response()
}

impl Request {
    fn check(&self, simulator: &Simulator) -> Result<(), &'static str> {
        let options = simulator.options();
        if self.client_id != options.client_id {
            return Err("INVALID_CLIENT: Invalid client");
        }
        options.redirect_uris.check(&self.redirect_uri)?;
        if self.response_type != "code" {
            return Err("response_type must be code");
        }
        match (&self.code_challenge, self.code_challenge_method.as_deref()) {
            (None, None) => {}
            (Some(challenge), Some("S256")) if is_challenge(challenge) => {}
            (Some(_), Some("S256")) => {
                return Err("code_challenge must be 43 characters of base64url");
            }
            (Some(_), _) => return Err("code_challenge_method must be S256"),
            (None, Some(_)) => return Err("code_challenge required"),
        }
        let is_known = |scope: &&str| SCOPES.iter().any(|(known, _)| known == scope);
        if !self.scope.split_whitespace().all(|scope| is_known(&scope)) {
            return Err("INVALID_SCOPE: Invalid scope");
        }
        Ok(())
    }

    /// Whether it is about more than to drive a room: then it is for the account that does so already. All
    /// other consents make an account each, so that one person can try with several.
    fn asks_for_more(&self) -> bool {
        self.scope.contains("playlist-")
    }

    /// What each of the scopes allows, in words.
    fn scopes(&self) -> Vec<(&'static str, &'static str)> {
        let asked: Vec<&str> = self.scope.split_whitespace().collect();
        SCOPES.iter().filter(|(scope, _)| asked.contains(scope)).copied().collect()
    }

    /// The account that signs in, and a code for it: the chosen one, the one that signs in next, the one that
    /// the browser is signed in with, or a new one.
    fn grant(
        &self,
        simulator: &Simulator,
        account: &str,
        signed_in: Option<String>,
    ) -> (String, String) {
        let now = simulator.now();
        let choice = simulator.options().controls.then_some(account);
        simulator.change(|state| {
            let chosen = choice.filter(|id| state.account(id).is_some()).map(str::to_owned);
            let signed_in = signed_in.filter(|id| state.account(id).is_some());
            let next = state.next_consent.take().filter(|id| state.account(id).is_some());
            let account = chosen.or(next).or(signed_in).unwrap_or_else(|| state.add_account(now));
            state.latest = Some(account.clone());
            let code = format!("AQ{}", state.random(200));
            let grant = Grant {
                account: account.clone(),
                scope: self.scopes().iter().map(|(scope, _)| *scope).collect::<Vec<_>>().join(" "),
                redirect_uri: self.redirect_uri.clone(),
                code_challenge: self.code_challenge.clone(),
                authorized_at: now,
            };
            state.codes.insert(code.clone(), grant);
            (account, code)
        })
    }

    fn redirect_back(&self, name: &str, value: &str) -> Response {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair(name, value);
        if let Some(state) = &self.state {
            query.append_pair("state", state);
        }
        let mark = if self.redirect_uri.contains('?') { '&' } else { '?' };
        let target = format!("{}{mark}{}", self.redirect_uri, query.finish());
        ([(header::CACHE_CONTROL, "no-store")], Redirect::to(&target)).into_response()
    }
}

impl RedirectUris {
    /// Whether people may be sent back to the app at `uri`.
    fn check(&self, uri: &str) -> Result<(), &'static str> {
        const INVALID: &str = "INVALID_CLIENT: Invalid redirect URI";
        let (scheme, rest) = uri.split_once("://").ok_or(INVALID)?;
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        match self {
            Self::AnyOrigin { path: registered } => {
                let is_host = !host.is_empty()
                    && host
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
                (matches!(scheme, "http" | "https") && is_host && path == registered)
                    .then_some(())
                    .ok_or(INVALID)
            }
            Self::Exact(registered) => {
                let is_loopback = ["127.0.0.1", "[::1]"].iter().any(|address| {
                    host.strip_prefix(address)
                        .is_some_and(|port| port.is_empty() || port.starts_with(':'))
                });
                if scheme == "http" && !is_loopback {
                    return Err("INVALID_CLIENT: Insecure redirect URI");
                }
                registered.iter().any(|known| known == uri).then_some(()).ok_or(INVALID)
            }
        }
    }
}

fn is_challenge(text: &str) -> bool {
    text.len() == 43
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// The scopes that can be asked for, and what each allows.
#[rustfmt::skip]
const SCOPES: [(&str, &str); 11] = [
    ("user-read-playback-state", "See what you play, and on which device"),
    ("user-read-currently-playing", "See the song you are listening to, and what comes next"),
    ("user-modify-playback-state", "Control playback on your devices"),
    ("user-read-recently-played", "See what you played lately"),
    ("playlist-read-private", "See your private playlists"),
    ("playlist-read-collaborative", "See the playlists you share"),
    ("playlist-modify-private", "Change your private playlists"),
    ("playlist-modify-public", "Change your public playlists"),
    ("streaming", "Play music in your browser"),
    ("user-read-email", "See your e-mail address"),
    ("user-read-private", "See your subscription"),
];
