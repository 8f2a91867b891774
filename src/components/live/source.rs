//! The browser's event stream of a room.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use leptos::{
    leptos_dom::helpers::{IntervalHandle, TimeoutHandle},
    prelude::*,
};
use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{Event, EventSource, MessageEvent, VisibilityState};

use super::{super::request, Live};
use crate::{
    error::AppError,
    model::{Changes, Ended, EndedReason, paths},
};

/// How long the connection may be lost before people are told.
const GRACE: Duration = Duration::from_secs(3);
/// The server sends something every 20 s: a stream that is silent for longer than two of those is
/// dead, whatever the browser says. A phone that wakes up finds out so at once.
const SILENCE_MS: f64 = 45_000.0;
/// How often silence is checked for.
const SILENCE_CHECK: Duration = Duration::from_secs(5);
/// Backoff after the server refused the stream, in seconds; each page takes from half to one and a half
/// of it, so that a crowd which a proxy refused does not come back at once.
const BACKOFF_S: [f64; 5] = [1.0, 2.0, 5.0, 10.0, 30.0];

/// An event stream that is closed while the page is hidden, and reconnects automatically.
///
/// Browsers allow six connections to a server: pages in the background must not hold one each.
#[derive(Clone)]
pub(super) struct Source(Rc<Inner>);

struct Inner {
    live: Live,
    address: String,
    stream: RefCell<Option<Stream>>,
    /// Listens on the document for as long as the page is shown.
    visibility: RefCell<Option<WindowListenerHandle>>,
    retry: RefCell<Option<TimeoutHandle>>,
    attempts: RefCell<usize>,
    /// When something was received last, by this machine's clock.
    last_received: Cell<f64>,
    silence_check: RefCell<Option<IntervalHandle>>,
    /// Whether the page is gone: what is received later changes nothing.
    is_closed: Cell<bool>,
}

/// What a `RoomView` tells of who asks for it.
#[derive(Deserialize)]
enum WhoAsks {
    Member(IgnoredAny),
    Stranger,
}

/// One connection, and what listens on it.
struct Stream {
    events: EventSource,
    _listeners: Vec<Closure<dyn FnMut(Event)>>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.events.close();
    }
}

impl Source {
    /// Follows the room with this code.
    pub(super) fn open(live: Live, code: &str) -> Self {
        let source = Self(Rc::new(Inner {
            live,
            address: paths::events(code),
            stream: RefCell::default(),
            visibility: RefCell::default(),
            retry: RefCell::default(),
            attempts: RefCell::default(),
            last_received: Cell::default(),
            silence_check: RefCell::default(),
            is_closed: Cell::default(),
        }));
        let watched = source.clone();
        let listener =
            window_event_listener_untyped("visibilitychange", move |_| watched.follow_visibility());
        source.0.visibility.replace(Some(listener));
        let checked = source.clone();
        let silence_check =
            set_interval_with_handle(move || checked.reconnect_if_silent(), SILENCE_CHECK);
        source.0.silence_check.replace(silence_check.ok());
        source.follow_visibility();
        source
    }

    /// Closes it for good.
    pub(super) fn close(&self) {
        self.0.is_closed.set(true);
        if let Some(listener) = self.0.visibility.take() {
            listener.remove();
        }
        if let Some(silence_check) = self.0.silence_check.take() {
            silence_check.clear();
        }
        self.disconnect();
    }

    /// Connects when the page is shown, which is also the way back from a phone's sleep.
    fn follow_visibility(&self) {
        self.disconnect();
        if document().visibility_state() == VisibilityState::Visible {
            self.connect();
        }
    }

    /// Reconnects when an open stream has been silent for too long.
    fn reconnect_if_silent(&self) {
        let is_silent = js_sys::Date::now() - self.0.last_received.get() > SILENCE_MS;
        if is_silent && self.0.stream.borrow().is_some() {
            self.follow_visibility();
        }
    }

    fn received(&self) {
        self.0.last_received.set(js_sys::Date::now());
    }

    fn disconnect(&self) {
        self.0.stream.take();
        if let Some(retry) = self.0.retry.take() {
            retry.clear();
        }
    }

    fn connect(&self) {
        if self.0.is_closed.get() || self.0.live.ended.get_untracked().is_some() {
            return;
        }
        let Ok(events) = EventSource::new(&self.0.address) else { return };
        self.received();
        let live = self.0.live;
        let listeners = vec![
            on(&events, "snapshot", self.hear_state()),
            on(&events, "changes", self.hear_state()),
            on(&events, "you", move |event| read(event, |you| live.receive_you(you))),
            on(&events, "alive", {
                let source = self.clone();
                move |_| source.received()
            }),
            on(&events, "ended", {
                let source = self.clone();
                move |event| read(event, |Ended { reason }| source.end(reason))
            }),
            on(&events, "open", {
                let source = self.clone();
                move |_| {
                    source.0.attempts.replace(0);
                    live.is_live.set(true);
                }
            }),
            on(&events, "error", {
                let source = self.clone();
                move |_| source.on_error()
            }),
        ];
        self.0.stream.replace(Some(Stream { events, _listeners: listeners }));
    }

    fn hear_state(&self) -> impl FnMut(Event) + 'static {
        let source = self.clone();
        move |event| {
            source.received();
            read(event, |changes| source.take_in(changes));
        }
    }

    /// Changes what is shown. If that is not what the changes are about, a new stream begins with all
    /// there is to know.
    fn take_in(&self, changes: Changes) {
        let snapshot = self.0.live.snapshot;
        let is_all = changes.since.is_none();
        match snapshot.with_untracked(|before| changes.apply((!is_all).then_some(before))) {
            Some(after) => snapshot.set(after),
            // All of a room that this page cannot read would be the same again.
            None if is_all => {}
            None => self.soon(Self::follow_visibility),
        }
    }

    fn end(&self, reason: EndedReason) {
        self.0.live.ended.set(Some(reason));
        self.soon(Self::disconnect);
    }

    /// Not here and now: listeners of the stream must not end it while they run.
    fn soon(&self, act: fn(&Self)) {
        let source = self.clone();
        set_timeout(move || act(&source), Duration::ZERO);
    }

    /// The browser itself reconnects a stream that broke off, but not one that was refused.
    fn on_error(&self) {
        let refused = self
            .0
            .stream
            .borrow()
            .as_ref()
            .is_some_and(|stream| stream.events.ready_state() == EventSource::CLOSED);
        if !refused {
            let live = self.0.live;
            let source = self.clone();
            set_timeout(
                move || {
                    let is_open = source
                        .0
                        .stream
                        .borrow()
                        .as_ref()
                        .is_some_and(|stream| stream.events.ready_state() == EventSource::OPEN);
                    _ = live.is_live.try_set(is_open);
                },
                GRACE,
            );
            return;
        }
        let attempts = *self.0.attempts.borrow();
        self.0.attempts.replace(attempts + 1);
        self.0.live.is_live.set(attempts == 0);
        let backoff_s = BACKOFF_S[attempts.min(BACKOFF_S.len() - 1)];
        let wait_ms = backoff_s * 1_000.0 * (0.5 + js_sys::Math::random());
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most 45,000"
        )]
        let wait = Duration::from_millis((wait_ms as u32).into());
        let source = self.clone();
        let retry = set_timeout_with_handle(move || source.find_out_why(), wait);
        self.0.retry.replace(retry.ok());
    }

    /// Asks for the room's view, since an event stream does not tell why it was refused.
    fn find_out_why(&self) {
        let source = self.clone();
        let address = format!("/api/rooms/view?code={}", self.0.live.code());
        leptos::task::spawn_local(async move {
            let view = request::ask::<WhoAsks>(&address, None).await;
            if source.0.is_closed.get() {
                return;
            }
            match view {
                Ok(WhoAsks::Stranger) => source.end(EndedReason::Left),
                Err(AppError::Removed) => source.end(EndedReason::Removed),
                Err(AppError::RoomClosed | AppError::RoomNotFound) => {
                    source.end(EndedReason::Closed)
                }
                Ok(WhoAsks::Member(_)) | Err(_) => source.follow_visibility(),
            }
        });
    }
}

fn on(
    events: &EventSource,
    name: &str,
    listener: impl FnMut(Event) + 'static,
) -> Closure<dyn FnMut(Event)> {
    let listener = Closure::<dyn FnMut(Event)>::new(listener);
    // Fails for no name and no function, neither of which this is.
    let _ = events.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
    listener
}

/// Reads an event's data; ignores what a newer server sends and this page does not know.
fn read<T: DeserializeOwned>(event: Event, then: impl FnOnce(T)) {
    let data = event.dyn_into::<MessageEvent>().ok().and_then(|event| event.data().as_string());
    if let Some(value) = data.and_then(|data| serde_json::from_str(&data).ok()) {
        then(value);
    }
}
