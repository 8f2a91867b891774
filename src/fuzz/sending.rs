//! What a party sends, and what it keeps of the answers.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use crate::{
    mutations::Change,
    party::Party,
    requests::{Request, Route},
    room::Room,
    wire::{Answer, Connection},
};

/// Longer than any request may take.
const PATIENCE: Duration = Duration::from_secs(35);
/// What is no HTTP any more may be waited for in vain.
const LITTLE_PATIENCE: Duration = Duration::from_millis(300);
/// How much the server reads before it may hang up: what it says then can be lost on the way.
const HEARD: usize = 16 * 1024;

impl Party {
    pub(crate) fn route(&self, path: &str) -> Route {
        let route = self.common.routes.iter().find(|route| route.path == path);
        route.unwrap_or_else(|| panic!("{path} is no route")).clone()
    }

    /// A person asks a route for something that makes sense, as a script.
    pub(crate) async fn asks_for(
        &mut self,
        who: usize,
        path: &str,
        code: &str,
    ) -> Result<(Request, Answer), String> {
        let route = self.route(path);
        let room = self.rooms.iter().find(|room| room.code == code).cloned();
        let room = room.unwrap_or_else(|| Room { code: code.to_owned(), ..Room::default() });
        let mut request = self.request(&route, &room);
        request.headers = vec![("Accept".to_owned(), b"application/json".into())];
        if let Some(cookie) = &self.cookies[who] {
            request.headers.push(("Cookie".to_owned(), cookie.clone().into()));
        }
        let answer = self.send(&request, Some(who), Change::None).await?;
        Ok((request, answer.ok_or("no answer")?))
    }

    /// Sends a request and keeps the cookie, if it is this person's.
    ///
    /// # Errors
    /// If the server fails, or does not answer what it must.
    pub(crate) async fn send(
        &mut self,
        request: &Request,
        who: Option<usize>,
        change: Change,
    ) -> Result<Option<Answer>, String> {
        self.last = request.bytes(&self.common.address.to_string());
        let patience = if change == Change::Bytes { LITTLE_PATIENCE } else { PATIENCE };
        let mut connection = match self.connection.take().filter(|open| !open.is_over) {
            Some(connection) => connection,
            None => {
                Connection::open(self.common.address).await.map_err(|error| error.to_string())?
            }
        };
        let begun = Instant::now();
        let answer = connection.exchange(&self.last, patience).await;
        let took = begun.elapsed();
        let status = answer.as_ref().map(|answer| answer.status);
        self.common.tally.lock().expect("no panic").count(&request.route, answer.as_ref(), took);
        self.common.requests.fetch_add(1, Ordering::Relaxed);
        // Who is answered before all of a request is read may lose the connection.
        let is_read = request.body.is_none() && status.is_some_and(|status| status < 400);
        let is_kept = change != Change::Bytes && is_read;
        self.connection = Some(connection).filter(|_| is_kept);
        match status {
            Some(status) if status >= 500 => return Err(format!("answered {status}")),
            None if change != Change::Bytes && self.last.len() < HEARD => {
                return Err(format!("was not answered in {took:.1?}"));
            }
            _ => {}
        }
        if let (Some(answer), Some(who)) = (&answer, who) {
            self.keeps_cookie(request, answer, who);
        }
        Ok(answer)
    }

    fn keeps_cookie(&mut self, request: &Request, answer: &Answer, who: usize) {
        let sent = request.headers.iter().filter(|(name, _)| name == "Cookie").map(|(_, it)| &**it);
        let own = self.cookies[who].as_deref().map(str::as_bytes);
        if !sent.eq(own) {
            return; // it went as somebody else
        }
        for cookie in answer.headers("set-cookie") {
            // Not the one that keeps a browser signed in at Spotify.
            if cookie.starts_with("simulated_account=") {
                continue;
            }
            let pair = cookie.split(';').next().unwrap_or_default().to_owned();
            self.cookies[who] = Some(pair).filter(|_| !cookie.contains("Max-Age=0"));
        }
    }

    /// Leaves the connection to a server that is no more.
    pub(crate) fn reconnects(&mut self) {
        self.connection = None;
    }
}
