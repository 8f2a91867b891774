//! Answers that cannot be read.

use std::io;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use serde_json::{Map, Value};

/// Half of `proper` under the length of the whole, then the connection closes.
pub(super) async fn truncated(proper: Response) -> Response {
    let (mut parts, body) = proper.into_parts();
    let body = whole(body).await;
    parts.headers.insert(header::CONTENT_LENGTH, body.len().into());
    Response::from_parts(parts, closing_after(body.slice(..body.len() / 2)))
}

/// A connection that closes before any answer.
pub(super) fn closed() -> Response {
    // An error before the first byte of the body: the head is still in the server's buffer, and goes down with it.
    Response::new(Body::from_stream(stream::once(async { Err::<Bytes, _>(cut()) })))
}

/// A list of zeros with this many bytes.
pub(super) fn flood(length: u64) -> Response {
    let zeros = Bytes::from(format!("[0{}", ",0".repeat(32 * 1024)));
    let rest = Bytes::from(",0".repeat(32 * 1024));
    let pieces = length.div_ceil(64 * 1024);
    let pieces =
        (0..pieces).map(move |piece| if piece == 0 { zeros.clone() } else { rest.clone() });
    let end = [Bytes::from_static(b"]")];
    let body = stream::iter(pieces.chain(end).map(Ok::<_, io::Error>));
    ([(header::CONTENT_TYPE, "application/json")], Body::from_stream(body)).into_response()
}

/// `proper` cut short, under the length of what is left.
pub(super) async fn malformed(proper: Response) -> Response {
    let (mut parts, body) = proper.into_parts();
    let body = whole(body).await;
    parts.headers.remove(header::CONTENT_LENGTH);
    let half = String::from_utf8_lossy(&body[..body.len() / 2]);
    Response::from_parts(parts, Body::from(format!("{half}}}<")))
}

/// `proper` without the fields that `remove` points to, and with those of `set`.
pub(super) async fn edited(
    proper: Response,
    remove: &[String],
    set: &Map<String, Value>,
) -> Response {
    let (mut parts, body) = proper.into_parts();
    let mut json: Value = serde_json::from_slice(&whole(body).await).unwrap_or_default();
    for pointer in remove {
        if let Some((Value::Object(parent), name)) = parent(&mut json, pointer) {
            parent.remove(name);
        }
    }
    for (pointer, value) in set {
        match parent(&mut json, pointer) {
            Some((Value::Object(parent), name)) => {
                drop(parent.insert(name.to_owned(), value.clone()))
            }
            Some((Value::Array(parent), name)) => {
                if let Some(slot) = name.parse().ok().and_then(|place: usize| parent.get_mut(place))
                {
                    *slot = value.clone();
                }
            }
            _ => {}
        }
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(json.to_string()))
}

fn parent<'a, 'b>(json: &'a mut Value, pointer: &'b str) -> Option<(&'a mut Value, &'b str)> {
    let (parent, name) = pointer.rsplit_once('/')?;
    Some((json.pointer_mut(parent)?, name))
}

async fn whole(body: Body) -> Bytes {
    to_bytes(body, usize::MAX).await.unwrap_or_default()
}

fn closing_after(bytes: Bytes) -> Body {
    let end = stream::once(async {
        // Lets the server send what it has before it hears of the error.
        tokio::task::yield_now().await;
        Err(cut())
    });
    Body::from_stream(stream::iter([Ok(bytes)]).chain(end))
}

fn cut() -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}
