//! The address that browsers reach.

use axum::http::{HeaderMap, header::HOST};
use url::Url;

/// The address that browsers reach: links, the redirect URI and the cookie's `Secure` follow it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PublicUrl {
    /// Whoever installed it said so.
    Fixed(String),
    /// Demo mode, where a phone on the same Wi-Fi should just work: the request's own `Host`.
    OfRequest {
        /// For requests whose `Host` is missing or unusable.
        fallback: String,
    },
}

impl PublicUrl {
    /// The origin for a request with these headers, like `https://music.example.org`.
    pub fn of(&self, headers: &HeaderMap) -> String {
        match self {
            Self::Fixed(url) => url.clone(),
            Self::OfRequest { fallback } => {
                let host = headers.get(HOST).and_then(|host| host.to_str().ok());
                let url = host.and_then(|host| Url::parse(&format!("http://{host}")).ok());
                match url {
                    Some(url)
                        if url.path() == "/"
                            && url.query().is_none()
                            && url.username().is_empty()
                            && !is_localhost(&url) =>
                    {
                        url.origin().ascii_serialization()
                    }
                    _ => fallback.clone(),
                }
            }
        }
    }

    /// Whether browsers come by https only.
    pub fn is_https(&self) -> bool {
        matches!(self, Self::Fixed(url) if url.starts_with("https://"))
    }
}

/// Whether the request asked for `localhost`, which Spotify refuses as a redirect.
pub fn asks_for_localhost(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    host.split(':').next().is_some_and(|name| name.eq_ignore_ascii_case("localhost"))
}

fn is_localhost(url: &Url) -> bool {
    url.host_str() == Some("localhost")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn of_host(host: &'static str) -> String {
        let url = PublicUrl::OfRequest { fallback: "http://127.0.0.1:3000".into() };
        url.of(&HeaderMap::from_iter([(HOST, HeaderValue::from_static(host))]))
    }

    #[test]
    fn in_demo_mode_the_requests_host_counts() {
        assert_eq!(of_host("192.168.1.20:3000"), "http://192.168.1.20:3000");
        assert_eq!(of_host("[::1]:3000"), "http://[::1]:3000");
    }

    #[test]
    fn a_host_that_is_none_counts_as_the_default() {
        for host in ["localhost:3000", "a b", "x/y", "user@evil.example", "", "h?q"] {
            assert_eq!(of_host(host), "http://127.0.0.1:3000", "{host:?}");
        }
    }

    #[test]
    fn localhost_is_noticed_with_and_without_a_port() {
        for (host, yes) in
            [("localhost", true), ("LocalHost:3000", true), ("localhost.example", false)]
        {
            let headers = HeaderMap::from_iter([(HOST, HeaderValue::from_static(host))]);
            assert_eq!(asks_for_localhost(&headers), yes, "{host}");
        }
    }
}
