//! What the server tells Spotify and hears from it, word for word.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::HeaderMap,
    middleware::{Next, from_fn},
    response::Response,
};
use futures::StreamExt as _;
use url::form_urlencoded;

/// Everything that was said on the way to Spotify.
#[derive(Clone, Default)]
pub(crate) struct Wiretap(Arc<Mutex<Vec<Said>>>);

/// A request, and what the accounts service answered.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    /// `METHOD /path`
    pub(crate) on: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    /// Of the token endpoint only.
    pub(crate) answer: String,
}

impl Wiretap {
    /// The same router, listened to.
    pub(crate) fn on(&self, router: Router) -> Router {
        let wiretap = self.clone();
        router.layer(from_fn(move |request, next| wiretap.clone().pass(request, next)))
    }

    /// The requests on `METHOD /path` so far.
    pub(crate) fn heard(&self, on: &str) -> Vec<Said> {
        self.0.lock().expect("no panic").iter().filter(|said| said.on == on).cloned().collect()
    }

    /// Every token, code and verifier that went over the wire.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let mut secrets = self.tokens();
        for said in self.heard("POST /api/token") {
            let fields = form_urlencoded::parse(said.body.as_bytes());
            let secret = fields.filter(|(name, _)| ["code", "code_verifier"].contains(&&**name));
            secrets.extend(secret.map(|(_, value)| value.into_owned()));
        }
        secrets
    }

    /// Every access and refresh token that the accounts service handed out.
    pub(crate) fn tokens(&self) -> Vec<String> {
        let mut tokens = Vec::new();
        for said in self.heard("POST /api/token") {
            let answer: serde_json::Value = serde_json::from_str(&said.answer).unwrap_or_default();
            let token = ["access_token", "refresh_token"].map(|name| answer[name].as_str());
            tokens.extend(token.into_iter().flatten().map(str::to_owned));
        }
        tokens
    }

    async fn pass(self, request: Request, next: Next) -> Response {
        let (parts, body) = request.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let said = Said {
            on: format!("{} {}", parts.method, parts.uri.path()),
            headers: parts.headers.clone(),
            body: String::from_utf8_lossy(&bytes).into_owned(),
            answer: String::new(),
        };
        let is_token = said.on == "POST /api/token";
        let place = {
            let mut all = self.0.lock().expect("no panic");
            all.push(said);
            all.len() - 1
        };
        let answer = next.run(Request::from_parts(parts, bytes.into())).await;
        if !is_token {
            return answer;
        }
        answer.map(|body| {
            Body::from_stream(body.into_data_stream().inspect(move |chunk| {
                if let Ok(chunk) = chunk {
                    let text = String::from_utf8_lossy(chunk);
                    self.0.lock().expect("no panic")[place].answer.push_str(&text);
                }
            }))
        })
    }
}
