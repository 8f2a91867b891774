//! Whole documents.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::header::{CONTENT_LENGTH, CONTENT_TYPE},
    middleware::Next,
    response::Response,
};

use crate::server::http::error_page;

/// No page of ours comes near this size.
const LARGEST_PAGE: usize = 1024 * 1024;

/// Ends a page with `</html>`: the framework puts what the browser takes over after it. Pages are
/// drawn to their end before they leave, so collecting one costs no time.
pub async fn move_scripts_into_body(request: Request, next: Next) -> Response {
    let reference = error_page::reference(request.headers());
    let response = next.run(request).await;
    let kind = response.headers().get(CONTENT_TYPE);
    if !kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let is_error = parts.status.is_client_error() || parts.status.is_server_error();
    let reference = if is_error { &*reference } else { "" };
    match to_bytes(body, LARGEST_PAGE).await {
        Ok(page) => {
            parts.headers.remove(CONTENT_LENGTH);
            let page = std::str::from_utf8(&page)
                .ok()
                .and_then(|page| with_scripts_inside(page, reference))
                .map_or(Body::from(page.clone()), Body::from);
            Response::from_parts(parts, page)
        }
        Err(error) => {
            tracing::error!(error = %error, "A page could not be drawn to its end");
            parts.status = axum::http::StatusCode::INTERNAL_SERVER_ERROR;
            parts.headers.remove(CONTENT_TYPE);
            Response::from_parts(parts, Body::empty())
        }
    }
}

/// Moves what follows `</html>` before `</body>`, where browsers put it anyway, and `reference` before
/// that: outside of what the browser takes over.
fn with_scripts_inside(page: &str, reference: &str) -> Option<String> {
    let body_end = page.rfind("</body>")?;
    let html_end = body_end + page[body_end..].find("</html>")? + "</html>".len();
    let (inside, rest) = page.split_at(body_end);
    let (closing, scripts) = rest.split_at(html_end - body_end);
    Some([inside, reference, scripts, closing].concat())
}

#[cfg(test)]
mod tests {
    use super::with_scripts_inside;

    #[test]
    fn scripts_behind_the_document_move_into_its_body() {
        let page = "<html><body>x</body><!></html><!><script>1</script>";
        let whole = "<html><body>x<!><script>1</script></body><!></html>";
        assert_eq!(with_scripts_inside(page, "").as_deref(), Some(whole));
        let whole = "<html><body>x<p>7</p><!><script>1</script></body><!></html>";
        assert_eq!(with_scripts_inside(page, "<p>7</p>").as_deref(), Some(whole));
    }

    #[test]
    fn what_is_no_document_stays() {
        assert_eq!(with_scripts_inside("<p>half", ""), None);
        assert_eq!(with_scripts_inside("<body></body>", ""), None);
    }
}
