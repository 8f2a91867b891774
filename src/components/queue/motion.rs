//! Calm motion of songs that change their places.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, FocusOptions, HtmlElement};

/// How long a song takes to its new place.
const MOVE_MS: f64 = 300.0;
/// How long a new one stands out.
const HIGHLIGHT_MS: f64 = 2_500.0;
const HIGHLIGHT: &str = r#"{"backgroundColor":["var(--good-ground)","transparent"]}"#;
/// What an element remembers of where it was.
const TOP: &str = "auxroomTop";

/// Where the songs of a list are, and which element has the focus.
pub struct Positions {
    focused: Option<Element>,
}

impl Positions {
    /// Remembers all that is to be known of a list before its songs change their places.
    pub fn read(list: NodeRef<html::Ol>) -> Self {
        for song in songs(list) {
            let top = song.get_bounding_client_rect().top();
            let _ = js_sys::Reflect::set(&song, &TOP.into(), &top.into());
        }
        Self { focused: document().active_element() }
    }

    /// Once they have: gives the focus back to the element that had it, which lost it by moving, and
    /// lets the songs move from where they were, unless people asked for less motion.
    pub fn settle(self, list: NodeRef<html::Ol>) {
        if let Some(focused) = self.focused.filter(|focused| focused.is_connected())
            && document().active_element().as_ref() != Some(&focused)
            && let Ok(focused) = focused.dyn_into::<HtmlElement>()
        {
            // The page stays where it is for those who look at something else.
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = focused.focus_with_options(&options);
        }
        let calm = window().match_media("(prefers-reduced-motion: reduce)");
        if calm.ok().flatten().is_some_and(|calm| calm.matches()) {
            return;
        }
        let height = window().inner_height().ok().and_then(|height| height.as_f64());
        let is_seen = |top: f64| top > -100.0 && top < height.unwrap_or_default();
        for song in songs(list) {
            let top = song.get_bounding_client_rect().top();
            let before = js_sys::Reflect::get(&song, &TOP.into()).ok();
            let before = before.and_then(|before| before.as_f64());
            if !is_seen(top) && !before.is_some_and(is_seen) {
                continue;
            }
            match before.map(|before| before - top) {
                None => animate(&song, HIGHLIGHT_MS, HIGHLIGHT),
                Some(0.0) => {}
                Some(from) => {
                    let frames = format!(r#"{{"transform":["translateY({from}px)","none"]}}"#);
                    animate(&song, MOVE_MS, &frames);
                }
            }
        }
    }
}

fn songs(list: NodeRef<html::Ol>) -> impl Iterator<Item = Element> {
    let songs = list.get_untracked().map(|list| list.children());
    let length = songs.as_ref().map_or(0, |songs| songs.length());
    (0..length).filter_map(move |place| songs.as_ref()?.item(place))
}

/// By its name: the bindings of what every browser has for years still count as unstable.
fn animate(element: &Element, duration_ms: f64, keyframes: &str) {
    let animate = js_sys::Reflect::get(element, &"animate".into()).ok();
    let animate = animate.and_then(|animate| animate.dyn_into::<js_sys::Function>().ok());
    if let (Some(animate), Ok(keyframes)) = (animate, js_sys::JSON::parse(keyframes)) {
        let _ = animate.call2(element, &keyframes, &duration_ms.into());
    }
}
