//! The address that browsers reach.

use axum::http::{HeaderMap, header::HOST};
use url::{Host, Url};

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
                let asked = origin_of("http", headers).filter(|url| !is_localhost(url));
                asked.map_or_else(|| fallback.clone(), |url| url.origin().ascii_serialization())
            }
        }
    }

    /// Whether a request with these headers is for this installation. In demo mode every address
    /// is, and `localhost`, but no other name: whoever owns a name may let it lead here.
    pub fn is_asked_for_by(&self, headers: &HeaderMap) -> bool {
        match self {
            Self::Fixed(url) => {
                let scheme = if self.is_https() { "https" } else { "http" };
                let asked = origin_of(scheme, headers);
                asked.is_some_and(|asked| asked.origin().ascii_serialization() == *url)
            }
            Self::OfRequest { .. } => origin_of("http", headers).is_some_and(|asked| {
                is_localhost(&asked) || matches!(asked.host(), Some(Host::Ipv4(_) | Host::Ipv6(_)))
            }),
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

/// What the one `Host` of a request names, if it is nothing but a host and maybe a port.
fn origin_of(scheme: &str, headers: &HeaderMap) -> Option<Url> {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return None };
    let url = Url::parse(&format!("{scheme}://{}", host.to_str().ok()?)).ok()?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.username().is_empty();
    is_bare.then_some(url)
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
    fn a_request_is_for_this_host_or_refused() {
        let of_request = PublicUrl::OfRequest { fallback: "http://127.0.0.1:3000".into() };
        let fixed = |url: &str| PublicUrl::Fixed(url.into());
        for (public_url, host, is_ours) in [
            (fixed("https://music.example.org"), "music.example.org", true),
            (fixed("https://music.example.org"), "MUSIC.example.org:443", true),
            (fixed("https://music.example.org"), "music.example.org:80", false),
            (fixed("https://music.example.org"), "evil.example", false),
            (fixed("https://music.example.org"), "music.example.org@evil.example", false),
            (fixed("https://music.example.org"), "music.example.org/x", false),
            (fixed("http://127.0.0.1:3000"), "127.0.0.1:3000", true),
            (fixed("http://127.0.0.1:3000"), "127.0.0.1:3001", false),
            (of_request.clone(), "192.168.1.20:3000", true),
            (of_request.clone(), "[fe80::1]:3000", true),
            (of_request.clone(), "localhost:3000", true),
            (of_request.clone(), "rebound.evil.example:3000", false),
            (of_request, "", false),
        ] {
            let headers = HeaderMap::from_iter([(HOST, HeaderValue::from_static(host))]);
            assert_eq!(public_url.is_asked_for_by(&headers), is_ours, "{public_url:?} {host}");
        }
        assert!(!fixed("http://127.0.0.1:3000").is_asked_for_by(&HeaderMap::new()), "without one");
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
