//! The fields of a room's rules for songs.

use leptos::prelude::*;

use super::{
    FieldError,
    number_field::{Number, number_field},
    use_query,
};
use crate::{
    error::AppError,
    model::{Limit, Order, SongFields, SongRule, SongRules, parse_switch},
    text::{label, settings},
};

/// What a host decides about songs. A form that was refused comes back as it was filled in.
#[component]
pub fn SongRuleFields(
    /// What the fields show first.
    rules: SongRules,
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    let was_refused = use_query("song_rules").as_deref() == Some(SongFields::ALL);
    let refused = |name: &str| was_refused.then(|| use_query(name).unwrap_or_default());
    let of = move |rule: SongRule| {
        Signal::derive(move || error.get().filter(|error| *error == AppError::SongRules(rule)))
    };
    let order = match refused("order") {
        Some(word) => Order::from_word(&word),
        None => Some(rules.order),
    };
    let switch = |name: &'static str, label: &'static str, is_on: bool, rule: SongRule| {
        let is_on = refused(name).map_or(is_on, |text| parse_switch(&text).unwrap_or(false));
        let id = format!("{name}-error");
        view! {
            <div class="field">
                <label class="check">
                    <input name=name type="checkbox" checked=is_on aria-describedby=id.clone()/>
                    {label}
                </label>
                <FieldError id error=of(rule)/>
            </div>
        }
    };
    let number = |key, name, label, hint, limit: Limit, rule: SongRule| {
        let shown = || limit.map(|limit| limit.to_string()).unwrap_or_default();
        let value = refused(name).unwrap_or_else(shown);
        let (most, error) = (rule.most(), of(rule));
        number_field(Number {
            key,
            name,
            label,
            hint,
            least: 1,
            most,
            required: false,
            value,
            error,
        })
    };
    view! {
        // A checkbox that is off is not sent: this says that it is off, and not left as it is.
        <input type="hidden" name="song_rules" value=SongFields::ALL/>
        {order_field(order, of(SongRule::Order))}
        {switch("requests_open", label::GUESTS_CAN_ASK, rules.requests_open, SongRule::RequestsOpen)}
        {switch("explicit_allowed", label::EXPLICIT_ALLOWED, rules.explicit_allowed, SongRule::ExplicitAllowed)}
        {number(
            "songs-per-person",
            "songs_per_person",
            label::SONGS_PER_PERSON,
            settings::SONGS_PER_PERSON_HINT,
            rules.songs_per_person,
            SongRule::SongsPerPerson,
        )}
        {number(
            "longest-minutes",
            "longest_minutes",
            label::LONGEST_MINUTES,
            settings::LONGEST_MINUTES_HINT,
            rules.longest_minutes,
            SongRule::LongestMinutes,
        )}
        {number(
            "no-repeat-minutes",
            "no_repeat_minutes",
            label::NO_REPEAT_MINUTES,
            settings::NO_REPEAT_MINUTES_HINT,
            rules.no_repeat_minutes,
            SongRule::NoRepeatMinutes,
        )}
    }
}

fn order_field(chosen: Option<Order>, error: Signal<Option<AppError>>) -> impl IntoView {
    let choices = [
        (Order::MostVotes, label::MOST_VOTES, settings::MOST_VOTES_HINT),
        (Order::FairTurns, label::FAIR_TURNS, settings::FAIR_TURNS_HINT),
        (Order::FirstCome, label::FIRST_COME, settings::FIRST_COME_HINT),
    ];
    let choices = choices.map(|(order, label, hint)| {
        let (word, is_chosen) = (order.word(), chosen == Some(order));
        view! {
            <label class="check">
                <input name="order" type="radio" value=word checked=is_chosen aria-describedby=word/>
                {label}
            </label>
            <p id=word class="dim">{hint}</p>
        }
    });
    view! {
        <fieldset class="field" role="radiogroup" aria-labelledby="order" aria-describedby="order-error">
            <legend id="order">{label::ORDER}</legend>
            {choices.to_vec()}
            <FieldError id="order-error" error/>
        </fieldset>
    }
}
