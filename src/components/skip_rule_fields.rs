//! The fields of what skips a song: a number of votes, or a share of the people who are here.

use leptos::prelude::*;

use super::{
    FieldError,
    number_field::{Number, number_field},
    use_query,
};
use crate::{
    error::AppError,
    model::{SkipFields, SkipShare},
    text::{label, settings},
};

/// What skips a song. A form that was refused comes back as it was filled in.
#[component]
pub fn SkipRuleFields(
    /// The share that the fields show first; nothing if a number of votes skips.
    share: Option<SkipShare>,
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    let rule = use_query("skip_rule").filter(|rule| !rule.is_empty());
    let is_share = rule.map_or(share.is_some(), |rule| rule == SkipFields::SHARE);
    let percent = share.unwrap_or_default().percent().to_string();
    let percent = use_query("skip_share").filter(|text| !text.is_empty()).unwrap_or(percent);
    let error = Signal::derive(move || error.get().filter(|error| *error == AppError::SkipShare));
    view! {
        <fieldset class="field" role="radiogroup" aria-labelledby="skip-rule" aria-describedby="skip-rule-error">
            <legend id="skip-rule">{label::SKIP_RULE}</legend>
            <label class="check">
                <input name="skip_rule" type="radio" value=SkipFields::VOTES checked=!is_share aria-describedby="by-votes"/>
                {label::NUMBER_OF_VOTES}
            </label>
            <p id="by-votes" class="dim">{settings::NUMBER_OF_VOTES_HINT}</p>
            <label class="check">
                <input name="skip_rule" type="radio" value=SkipFields::SHARE checked=is_share aria-describedby="by-share"/>
                {label::SHARE_OF_PEOPLE}
            </label>
            <p id="by-share" class="dim">{settings::SHARE_OF_PEOPLE_HINT}</p>
            <FieldError id="skip-rule-error" error/>
        </fieldset>
        {number_field(Number {
            key: "skip-share",
            name: "skip_share",
            label: label::SKIP_SHARE,
            hint: settings::SKIP_SHARE_HINT,
            least: SkipShare::MIN,
            most: SkipShare::MAX,
            required: false,
            value: percent,
            error,
        })}
    }
}
