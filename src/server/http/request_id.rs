//! By what a request is named: in the log, in its answer, and on error pages.

use std::borrow::Cow;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use tracing::Span;

use crate::server::chance;

/// The header of the ID, of requests and answers alike.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// A UUID has 36 characters, other systems' IDs a few more.
const LONGEST_ID: usize = 64;

/// What is said about a request in the log is said here: whoever serves a part of it elsewhere has to
/// enter it.
#[derive(Clone, Debug)]
pub struct RequestSpan(pub Span);

/// The ID of a request: a proxy's if it named one, and ours otherwise.
#[derive(Clone, Copy, Debug)]
pub struct RequestId<'a>(&'a str);

impl<'a> RequestId<'a> {
    /// The ID of the request with these headers, once it has passed `observe`.
    pub fn of(headers: &'a HeaderMap) -> Option<Self> {
        let id = headers.get(REQUEST_ID)?.to_str().ok()?;
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        let fits = (1..=LONGEST_ID).contains(&id.len()) && id.chars().all(is_plain);
        fits.then_some(Self(id))
    }

    /// Its text: letters, digits, `-`, `_` and `.`.
    pub fn as_str(self) -> &'a str {
        self.0
    }
}

/// Gives the request an ID, unless it has one that can be trusted not to hurt.
pub fn identify(headers: &mut HeaderMap) -> HeaderValue {
    let id = match RequestId::of(headers) {
        Some(id) => Cow::Borrowed(id.as_str()),
        None => Cow::Owned(chance::id()),
    };
    let id = HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("none"));
    headers.insert(REQUEST_ID, id.clone());
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identified(claim: &str) -> String {
        let claim = HeaderValue::from_bytes(claim.as_bytes()).expect("a header");
        let mut headers = HeaderMap::from_iter([(REQUEST_ID, claim)]);
        let id = identify(&mut headers);
        assert_eq!(headers[REQUEST_ID], id, "what comes after reads the same");
        id.to_str().expect("text").to_owned()
    }

    #[test]
    fn request_id_of_a_proxy_is_kept_if_it_is_short_and_plain() {
        let uuid = "0190d1b2-7f3c-7000-8000-0123456789ab";
        for id in ["7", uuid, "Root_1.67891233-abc", &"a".repeat(64)] {
            assert_eq!(identified(id), id);
        }
        for id in ["", "a b", "a\"b", "<script>", "ä", "a=b", &"a".repeat(65)] {
            let ours = identified(id);
            assert_eq!(ours.len(), 16, "{id:?}");
            assert_ne!(ours, identified(id), "another one each time");
        }
    }
}
