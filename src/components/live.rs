//! A room's state in the browser, kept up to date by its events.

mod source;

use leptos::prelude::*;

use self::source::Source;
use crate::model::{EndedReason, Millis, Snapshot, You};

/// A room's state, from the page's first drawing on.
#[derive(Clone, Copy)]
pub struct Live {
    /// What all members see.
    pub snapshot: RwSignal<Snapshot>,
    /// What differs for this member.
    pub you: RwSignal<You>,
    /// Why the events ended, if they did.
    pub ended: RwSignal<Option<EndedReason>>,
    /// Whether the event stream is connected.
    pub is_live: RwSignal<bool>,
    /// The server's time, ticking once the page runs; until then that of the drawing, so that
    /// both draw the same.
    pub now: RwSignal<Millis>,
    /// The server's clock minus this machine's.
    offset_ms: RwSignal<i64>,
}

/// How often progress and countdowns are redrawn.
const TICK: std::time::Duration = std::time::Duration::from_millis(250);

impl Live {
    /// Starts from what the page was drawn with; events follow, in the browser only.
    pub fn follow(snapshot: Snapshot, you: You) -> Self {
        let (code, now) = (snapshot.code.clone(), you.now);
        let live = Self {
            snapshot: RwSignal::new(snapshot),
            you: RwSignal::new(you),
            ended: RwSignal::new(None),
            is_live: RwSignal::new(true),
            now: RwSignal::new(now),
            offset_ms: RwSignal::new(0),
        };
        // Effects run in the browser only.
        Effect::new(move |_| {
            live.set_clock(now);
            let source = StoredValue::new_local(Source::open(live, &code));
            let ticking = set_interval_with_handle(move || live.tick(), TICK);
            on_cleanup(move || {
                source.with_value(Source::close);
                if let Ok(ticking) = ticking {
                    ticking.clear();
                }
            });
        });
        live
    }

    /// A part of the snapshot, which changes when that part does.
    pub fn part<T: PartialEq + Send + Sync + 'static>(
        self,
        read: impl Fn(&Snapshot) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        Memo::new(move |_| self.snapshot.with(&read))
    }

    /// The room's code, which never changes.
    pub fn code(self) -> String {
        self.snapshot.with_untracked(|now| now.code.clone())
    }

    fn receive_you(self, you: You) {
        self.set_clock(you.now);
        self.you.set(you);
    }

    fn set_clock(self, server_now: Millis) {
        self.offset_ms.set(signed(server_now.0) - own_now());
        self.tick();
    }

    fn tick(self) {
        let now = own_now() + self.offset_ms.get_untracked();
        self.now.set(Millis(u64::try_from(now).unwrap_or_default()));
    }
}

fn signed(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

/// This machine's clock, in Unix milliseconds.
fn own_now() -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds far below 2^53")]
    let now = js_sys::Date::now() as i64;
    now
}
