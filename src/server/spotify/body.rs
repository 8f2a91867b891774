//! The bodies of Spotify's answers, as far as they are sensible.

use bytes::{Bytes, BytesMut};
use reqwest::Response;
use serde::de::DeserializeOwned;

use crate::model::SpotifyError;

/// The longest answer that a room needs has some 10 kB; whatever is longer would only fill memory.
const LONGEST: usize = 1024 * 1024;

/// Reads a body as JSON.
///
/// # Errors
/// `NoAnswer` if the connection is lost; `Failed` if the body is too long or makes no sense.
pub(super) async fn json<T: DeserializeOwned>(response: Response) -> Result<T, SpotifyError> {
    let body = read(response).await?;
    serde_json::from_slice(&body)
        .map_err(|_| SpotifyError::Failed("an answer that makes no sense".into()))
}

/// Reads a body as text; nothing if it cannot be read.
pub(super) async fn text(response: Response) -> String {
    let body = read(response).await.unwrap_or_default();
    String::from_utf8_lossy(&body).into_owned()
}

async fn read(mut response: Response) -> Result<Bytes, SpotifyError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LONGEST {
            return Err(SpotifyError::Failed("an answer that is too long".into()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(length: usize) -> Response {
        axum::http::Response::new("7".repeat(length)).into()
    }

    #[tokio::test]
    async fn answers_are_read_up_to_a_mebibyte() {
        assert_eq!(text(answer(LONGEST)).await.len(), LONGEST);
        assert_eq!(json::<u64>(answer(3)).await, Ok(777));
        let too_long = SpotifyError::Failed("an answer that is too long".into());
        assert_eq!(json::<u64>(answer(LONGEST + 1)).await, Err(too_long));
        assert_eq!(text(answer(LONGEST + 1)).await, "");
    }
}
