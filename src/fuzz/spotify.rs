//! What happens at Spotify: people sign in, and it fails.

use simulator::{Control, Effect, Fault, Wanted};

use crate::{mutations::Change, party::Party, requests::Request, wire::Connection};

const LONG_MS: u64 = 3_600_000;
const SHORT_MS: u64 = 20_000;

impl Party {
    /// The host of a room signs in if that is needed, and time for it, to Spotify with a new
    /// account, on which something plays.
    ///
    /// # Errors
    /// As for every request.
    pub(crate) async fn connects(&mut self, room: usize) -> Result<(), String> {
        let place = &self.rooms[room];
        let (host, code) = (place.host, place.code.clone());
        let is_wanted = place.needs_sign_in && place.members.contains(&host);
        if !is_wanted || !self.common.may_sign_in() {
            return Ok(());
        }
        let (_, answer) = self.asks_for(host, "/api/spotify/connect", &code).await?;
        let consent = answer.location();
        let Some(path) = consent.strip_prefix(&format!("http://{}", self.common.spotify_address))
        else {
            return Ok(()); // they are no host any more
        };
        let account = self.common.spotify.add_account();
        let lasting_ms = *self.dice.pick(&[LONG_MS, LONG_MS, SHORT_MS]);
        let wanted = |item: usize| Wanted::new(item.to_string()).lasting(lasting_ms);
        for control in [Control::Play(wanted(0)), Control::Coming((1..9).map(wanted).collect())] {
            self.common.spotify.control(Some(&account), control).map_err(|it| it.to_string())?;
        }
        self.rooms[room].account = Some(account.clone());
        self.agrees(host, path, &account).await
    }

    /// The host of a room lets it do what takes more of Spotify's permissions: see the playlists, or save
    /// one.
    ///
    /// # Errors
    /// As for every request.
    pub(crate) async fn agrees_to_more(&mut self, room: usize) -> Result<(), String> {
        let place = &self.rooms[room];
        let (host, code) = (place.host, place.code.clone());
        let Some(account) = place.account.clone().filter(|_| !place.needs_sign_in) else {
            return Ok(());
        };
        let asks = *self.dice.pick(&["/api/fallback/allow", "/api/history/save"]);
        let (_, answer) = self.asks_for(host, asks, &code).await?;
        let consent = answer.location();
        match consent.strip_prefix(&format!("http://{}", self.common.spotify_address)) {
            Some(path) if self.common.may_sign_in() => self.agrees(host, path, &account).await,
            _ => Ok(()),
        }
    }

    /// Somebody agrees to what Spotify asks there, and comes back.
    async fn agrees(&mut self, host: usize, path: &str, account: &str) -> Result<(), String> {
        let decide = Request {
            method: "POST".to_owned(),
            path: path.to_owned(),
            fields: [("decision", "agree"), ("account", account)]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            ..Request::default()
        };
        let spotify = self.common.spotify_address;
        let mut connection = Connection::open(spotify).await.map_err(|error| error.to_string())?;
        let decided = decide.bytes(&spotify.to_string());
        let decided = connection.exchange(&decided, std::time::Duration::from_secs(5)).await;
        let back = decided.map(|answer| answer.location()).unwrap_or_default();
        let Some(back) = back.strip_prefix(&format!("http://{}", self.common.address)) else {
            return Ok(()); // a fault of Spotify's
        };
        let route = self.route("/spotify/callback");
        let mut request = Request {
            route: route.path,
            method: route.method,
            path: back.to_owned(),
            ..Request::default()
        };
        if let Some(cookie) = &self.cookies[host] {
            request.headers.push(("Cookie".to_owned(), cookie.clone().into()));
        }
        self.send(&request, Some(host), Change::None).await.map(drop)
    }

    /// One of Spotify's next answers is none, or makes no sense. None of that is told as a failure of
    /// the server's.
    pub(crate) fn spotify_fails(&mut self) {
        let on = *self.dice.pick(&[
            "GET /v1/me/player",
            "GET /v1/search",
            "GET /v1/tracks/*",
            "POST /api/token",
            "PUT *",
            "POST /v1/*",
        ]);
        let fault = match self.dice.below(8) {
            0 => Fault::status(on, 500),
            1 => Fault::status(on, 502),
            2 => Fault::status(on, 503),
            3 => Fault::new(on, Effect::Malform),
            4 => Fault::new(on, Effect::Close),
            5 => Fault::new(on, Effect::Truncate),
            6 => Fault::new(on, Effect::Flood(2_000_000)),
            _ => Fault::new(on, Effect::Text("🎵".to_owned())),
        };
        self.common.spotify.fault(fault);
    }
}
