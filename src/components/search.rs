//! Finding songs.

mod results;

use std::time::Duration;

use leptos::{
    ev::{Event, KeyboardEvent, SubmitEvent},
    html,
    leptos_dom::helpers::TimeoutHandle,
    prelude::*,
};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use self::results::Results;
use super::{Answer, FormError, Live, request};
use crate::{
    error::AppError,
    model::{Found, Outcome, Role, SearchResults, SearchView, paths},
    text::{label, queue},
};

/// How long somebody types before it is searched for.
const DEBOUNCE: Duration = Duration::from_millis(300);
/// What the arrow keys go through.
const STOPS: &str = "#search, .results .button";

/// A search as it stands.
#[derive(Clone, Copy)]
struct Searching {
    live: Live,
    /// What was searched for.
    q: RwSignal<String>,
    /// The songs so far; nothing while none are shown.
    found: RwSignal<Option<Vec<Found>>>,
    /// Where the next page begins, if there is one.
    next: RwSignal<Option<u32>>,
    error: RwSignal<Option<AppError>>,
    /// Counts the requests: an answer that was overtaken is dropped.
    asked: StoredValue<u32>,
    waiting: StoredValue<Option<TimeoutHandle>>,
    form: NodeRef<html::Form>,
}

/// The field, and what it finds.
#[component]
pub fn Search(live: Live, answer: Answer, first: Option<SearchView>) -> impl IntoView {
    let searching = Searching::new(live, first);
    let Searching { q, found, error, form, .. } = searching;
    Effect::new(move |_| {
        if answer.outcome() == Some(Outcome::Added) {
            searching.close();
        }
    });
    searching.close_on_press_outside();
    let closed = move || {
        let is_closed = live.snapshot.with(|now| !now.rules.requests_open);
        is_closed && live.you.with(|you| you.role == Role::Guest)
    };
    view! {
        <div class="search" on:keydown=move |event| searching.press(&event)>
            <form
                node_ref=form
                method="get"
                action=paths::room(&live.code())
                role="search"
                on:submit=move |event: SubmitEvent| {
                    event.prevent_default();
                    searching.start();
                }
            >
                <label class="visually-hidden" for="search">{label::SEARCH_SONGS}</label>
                <input
                    id="search"
                    name="q"
                    type="search"
                    value=q.get_untracked()
                    placeholder=queue::PLACEHOLDER
                    autocomplete="off"
                    enterkeyhint="search"
                    maxlength="300"
                    required
                    on:input=move |event| searching.type_on(&event)
                />
                <button class="button" type="submit">{label::SEARCH}</button>
            </form>
            {move || closed().then(|| view! { <p class="dim">{queue::CLOSED}</p> })}
            <FormError error=error.into()/>
            <p class="visually-hidden" role="status">
                {move || found.with(|found| found.as_ref().map(|found| queue::found(found.len())))}
            </p>
            <Results searching/>
        </div>
    }
}

impl Searching {
    fn new(live: Live, first: Option<SearchView>) -> Self {
        let (q, found) = match first {
            Some(SearchView { q, found }) => (q, Some(found)),
            None => (String::new(), None),
        };
        let (found, error) = match found {
            Some(Ok(found)) => (Some(found), None),
            Some(Err(error)) => (None, Some(error)),
            None => (None, None),
        };
        Self {
            live,
            q: RwSignal::new(q),
            next: RwSignal::new(found.as_ref().and_then(|found| found.next)),
            found: RwSignal::new(found.map(|found| found.tracks)),
            error: RwSignal::new(error),
            asked: StoredValue::new(0),
            waiting: StoredValue::new(None),
            form: NodeRef::new(),
        }
    }

    /// Searches once nothing was typed for a while.
    fn type_on(self, event: &Event) {
        self.q.set(event_target_value(event));
        self.stop();
        if self.q.with_untracked(|q| q.trim().is_empty()) {
            self.found.set(None);
            return;
        }
        let wait = set_timeout_with_handle(move || self.ask(0), DEBOUNCE);
        self.waiting.set_value(wait.ok());
    }

    /// Searches at once.
    fn start(self) {
        self.stop();
        self.ask(0);
    }

    /// Neither searches nor hears of what it asked.
    fn stop(self) {
        self.waiting.update_value(|waiting| _ = waiting.take().map(|waiting| waiting.clear()));
        self.asked.update_value(|asked| *asked += 1);
    }

    /// Hides what was found. Whoever came by the keyboard goes on in the field.
    fn close(self) {
        self.stop();
        let is_inside = self.is_open();
        let focused = document().active_element();
        let is_keyboard = focused
            .is_some_and(|focused| focused.matches(".results :focus-visible").unwrap_or_default());
        self.found.set(None);
        if is_inside && is_keyboard {
            self.focus(0);
        }
    }

    /// Asks for a page: the first one, or a further one.
    fn ask(self, offset: u32) {
        let number = self.asked.with_value(|asked| asked + 1);
        self.asked.set_value(number);
        let q = request::escaped(&self.q.get_untracked());
        let address = format!("/api/search?code={}&q={q}&offset={offset}", self.live.code());
        leptos::task::spawn_local(async move {
            let answer = request::ask::<SearchResults>(&address, None).await;
            // Also if the page is gone.
            if self.asked.try_get_value() != Some(number) {
                return;
            }
            match answer {
                Ok(page) => {
                    self.make_room();
                    self.error.set(None);
                    self.next.set(page.next);
                    self.found.update(|found| match found {
                        Some(found) if offset > 0 => found.extend(page.tracks),
                        _ => *found = Some(page.tracks),
                    });
                }
                Err(error) => self.error.set(Some(error)),
            }
        });
    }

    /// Brings the field to the top where what is found would open below the screen, as on a phone.
    fn make_room(self) {
        let Some(form) = self.form.get_untracked() else { return };
        let height = window().inner_height().ok().and_then(|height| height.as_f64());
        if form.get_bounding_client_rect().bottom() * 2.0 > height.unwrap_or(f64::MAX) {
            form.scroll_into_view();
        }
    }

    /// A press anywhere else closes what was found, and so does Escape, wherever the focus is.
    fn close_on_press_outside(self) {
        Effect::new(move |_| {
            // Nothing ends them: the search is there for as long as its page.
            for name in ["click", "keydown"] {
                window_event_listener_untyped(name, move |event| self.hear(&event));
            }
        });
    }

    fn hear(self, event: &Event) {
        if !self.is_open() {
            return;
        }
        match event.dyn_ref::<KeyboardEvent>() {
            Some(key) if key.key() == "Escape" => {
                event.prevent_default();
                self.close();
            }
            Some(_) => {}
            None => {
                let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                if target.and_then(|target| target.closest(".search").ok().flatten()).is_none() {
                    self.close();
                }
            }
        }
    }

    fn is_open(self) -> bool {
        self.found.with_untracked(Option::is_some)
    }

    /// The arrow keys go from result to result.
    fn press(self, event: &KeyboardEvent) {
        let step = match &*event.key() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            _ => return,
        };
        event.prevent_default();
        self.focus(step);
    }

    /// Focuses the result so many steps on from the focused one; for 0 steps, the field.
    fn focus(self, step: i32) {
        let stops = self.form.get_untracked().and_then(|form| form.parent_element());
        let Some(stops) = stops.and_then(|all| all.query_selector_all(STOPS).ok()) else { return };
        let focused = document().active_element();
        let place = |focused: &web_sys::Element| {
            (0..stops.length()).find(|place| stops.item(*place).as_ref() == Some(focused.as_ref()))
        };
        let place = focused.as_ref().and_then(place).unwrap_or_default();
        let place = if step == 0 { Some(0) } else { place.checked_add_signed(step) };
        let stop = place.and_then(|place| stops.item(place));
        if let Some(stop) = stop.and_then(|stop| stop.dyn_into::<HtmlElement>().ok()) {
            let _ = stop.focus();
        }
    }
}
