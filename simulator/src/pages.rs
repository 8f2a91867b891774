//! The pages that people see: consent, its errors, and where links to songs lead.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use crate::catalogue;

/// `GET /style.css`
pub(crate) async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("pages/style.css"))
}

/// The consent page: what is asked for, and by which of `accounts` (id and name) when there is a choice.
pub(crate) fn authorize(
    scopes: &[(&str, &str)],
    accounts: Option<&[(String, String)]>,
) -> Html<String> {
    let permission =
        |(scope, text): &(&str, &str)| format!("<li>{text} <code>{scope}</code></li>\n");
    let permissions = match scopes {
        [] => "<p>Nothing but what everybody may see.</p>".to_owned(),
        scopes => format!("<ul>\n{}</ul>", scopes.iter().map(permission).collect::<String>()),
    };
    let choice = accounts.map(|accounts| {
        let option = |(id, name): &(String, String)| {
            format!("<option value=\"{}\">{}</option>\n", escape(id), escape(name))
        };
        let options: String = accounts.iter().map(option).collect();
        format!(
            "<p><label for=\"account\">Account</label>\n<select id=\"account\" name=\"account\">\n\
             <option value=\"new\" selected>New account</option>\n{options}</select></p>"
        )
    });
    let choice =
        choice.unwrap_or_else(|| "<p>Agreeing makes a new simulated account.</p>".to_owned());
    page(
        "Connect a simulated account",
        "",
        &format!(
            "<h1>Connect a simulated account</h1>\n\
             <p>This is a simulation of Spotify: it makes no sound, and nothing here reaches a real account.</p>\n\
             <h2>Permissions asked for</h2>\n{permissions}\n\
             <form method=\"post\">\n{choice}\n\
             <p class=\"buttons\"><button class=\"main\" name=\"decision\" value=\"agree\">Agree</button>\n\
             <button name=\"decision\" value=\"cancel\">Cancel</button></p>\n</form>"
        ),
    )
}

/// A mistake of the app, which is not sent back to it.
pub(crate) fn error(problem: &str) -> Html<String> {
    let problem = escape(problem);
    page(
        "Error",
        "",
        &format!(
            "<h1>Error</h1>\n<p role=\"alert\">{problem}</p>\n<p>The app asked in a way that Spotify refuses.</p>"
        ),
    )
}

/// `GET /track/{id}`
pub(crate) async fn track(Path(id): Path<String>) -> Response {
    let Some(song) = catalogue::song(&format!("spotify:track:{id}")) else {
        let text = "<h1>Not found</h1>\n<p>The simulated catalogue has no such song.</p>";
        return (StatusCode::NOT_FOUND, page("Not found", "../", text)).into_response();
    };
    let album = song.album.id.as_deref().filter(|_| song.album.has_cover);
    let cover = album.map_or_else(String::new, |id| {
        format!("<img src=\"../cover/{id}/300.svg\" alt=\"\" width=\"300\" height=\"300\">\n")
    });
    let [name, artists, album] = [song.name, &song.artists.join(", "), song.album.name].map(escape);
    let text = format!(
        "{cover}<h1 dir=\"auto\">{name}</h1>\n<p dir=\"auto\">{artists}</p>\n<p dir=\"auto\">{album}</p>\n\
         <p>A made-up song of a simulation of Spotify: it makes no sound.</p>"
    );
    page(&name, "../", &text).into_response()
}

/// `GET /{kind}/{id}` of everything else that answers link to.
pub(crate) async fn other() -> Html<String> {
    page(
        "Made up",
        "../",
        "<h1>Made up</h1>\n<p>This exists only in a simulation of Spotify, which makes no sound.</p>",
    )
}

/// A whole page; `title` is HTML, and `root` leads from its address to the simulator's.
fn page(title: &str, root: &str, main: &str) -> Html<String> {
    Html(format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title} · Simulation of Spotify</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"dark light\">\n\
         <link rel=\"stylesheet\" href=\"{root}style.css\">\n<link rel=\"icon\" href=\"{root}cover/{}/64.svg\">\n\
         </head>\n<body>\n<main>\n{main}\n</main>\n</body>\n</html>\n",
        catalogue::id("icon", "simulation")
    ))
}

/// `text` as it may stand in HTML, attributes included.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
