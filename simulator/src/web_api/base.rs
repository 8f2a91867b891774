//! Where the simulator is reachable: the base of the links in its answers.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, NestedPath};
use axum::http::header;
use axum::http::request::Parts;

use crate::simulator::Simulator;

/// The address of the simulator as the caller sees it, without a slash at the end.
pub(super) struct Base(String);

impl Base {
    pub(super) fn cover(&self, album: &str, size: u32) -> String {
        format!("{}/cover/{album}/{size}.svg", self.0)
    }

    /// The address of a thing's JSON.
    pub(super) fn api(&self, path: &str) -> String {
        format!("{}/v1/{path}", self.0)
    }

    /// The address of a thing's page.
    pub(super) fn page(&self, path: &str) -> String {
        format!("{}/{path}", self.0)
    }
}

impl FromRequestParts<Simulator> for Base {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        simulator: &Simulator,
    ) -> Result<Self, Infallible> {
        if let Some(url) = &simulator.options().public_url {
            return Ok(Self(url.trim_end_matches('/').to_owned()));
        }
        let mount = NestedPath::from_request_parts(parts, simulator).await;
        let mount = mount.as_ref().map_or("", |mount| mount.as_str().trim_end_matches('/'));
        let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let scheme = header(header::HeaderName::from_static("x-forwarded-proto")).unwrap_or("http");
        let host = header(header::HOST).unwrap_or("127.0.0.1");
        Ok(Self(format!("{scheme}://{host}{mount}")))
    }
}
