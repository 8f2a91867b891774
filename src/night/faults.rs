//! What goes wrong at Spotify, of about one answer in a hundred.

use serde_json::{Value, json};

use crate::dice::Dice;

/// Between two of them, in seconds, on average: about a hundred calls.
const EVERY_S: usize = 600;

/// Something that goes wrong.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

/// How.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// An answer is not what it should be: a fault as the simulator reads it.
    Answer(Value),
    /// For a while, in seconds: what begins and what ends it, as controls of the account.
    While(u64, Value, Value),
    /// Answers do not come for so many seconds.
    Hangs(u64),
}

/// How long it is until the next one, in seconds.
pub(crate) fn pause_s(dice: &mut Dice) -> u64 {
    (EVERY_S / 2 + dice.below(EVERY_S)) as u64
}

/// One of them.
pub(crate) fn draw(dice: &mut Dice) -> Trouble {
    const PLAYER: &str = "GET /v1/me/player";
    const ENQUEUE: &str = "POST /v1/me/player/queue";
    const NEXT: &str = "POST /v1/me/player/next";
    let status = |on: &str, status: u16, executed: bool| {
        Kind::Answer(json!({ "on": on, "executed": executed,
            "effect": { "answer": { "status": status } } }))
    };
    let effect = |on: &str, executed: bool, effect: &str| {
        Kind::Answer(json!({ "on": on, "executed": executed, "effect": effect }))
    };
    let after_s = 2 + dice.below(30);
    let (name, kind) = match dice.below(17) {
        0 | 1 => ("502 to a song handed over, executed", status(ENQUEUE, 502, true)),
        2 => ("502 to a song handed over, not executed", status(ENQUEUE, 502, false)),
        3 => ("no answer to a song handed over, executed", effect(ENQUEUE, true, "close")),
        4 | 5 => ("502 to a skip, executed", status(NEXT, 502, true)),
        6 => ("502 to a skip, not executed", status(NEXT, 502, false)),
        7 => ("502 to what plays", status(PLAYER, 502, false)),
        8 => ("no answer to what plays", effect(PLAYER, false, "close")),
        9 => ("half an answer to what plays", effect(PLAYER, false, "truncate")),
        10 => ("503 to a search", status("GET /v1/search", 503, false)),
        11 | 12 => {
            let answer = json!({ "status": 429,
                "headers": { "retry-after": after_s.to_string() } });
            let fault = json!({ "on": PLAYER, "executed": false, "effect": { "answer": answer } });
            ("429 with Retry-After", Kind::Answer(fault))
        }
        13 => {
            let stale = |ms: usize| json!({ "stale_ms": ms });
            let stale_ms = 2_000 + dice.below(6_000);
            ("stale states for five minutes", Kind::While(300, stale(stale_ms), stale(0)))
        }
        14 => {
            let device = |state: &str| json!({ "device": state });
            let lost_s = 20 + dice.below(100) as u64;
            ("the device lost and back", Kind::While(lost_s, device("none"), device("active")))
        }
        15 => (
            "the access token expires",
            Kind::While(0, json!("expire_access_tokens"), json!({ "stale_ms": 0 })),
        ),
        _ => ("what plays is answered late", Kind::Hangs(30)),
    };
    Trouble { name, kind }
}
