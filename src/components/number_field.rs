//! A field for a whole number.

use leptos::prelude::*;

use super::FieldError;
use crate::error::AppError;

/// A field for a whole number.
pub(super) struct Number {
    /// What its elements' ids begin with: `{key}-error` says what is wrong with it.
    pub(super) key: &'static str,
    /// What it is sent as.
    pub(super) name: &'static str,
    /// What people call it.
    pub(super) label: &'static str,
    /// What it is for.
    pub(super) hint: &'static str,
    /// The lowest number.
    pub(super) least: u32,
    /// The highest.
    pub(super) most: u32,
    /// Whether it must not be empty.
    pub(super) required: bool,
    /// What it shows first, which may have been refused.
    pub(super) value: String,
    pub(super) error: Signal<Option<AppError>>,
}

/// Not a component: one function for all numbers is little to download.
pub(super) fn number_field(number: Number) -> impl IntoView {
    let Number { key, name, label, hint, least, most, required, value, error } = number;
    // A number field would drop what is not a number: nobody would see what was refused.
    let kind = if value.is_empty() || value.parse::<f64>().is_ok() { "number" } else { "text" };
    let (hint_id, error_id) = (format!("{key}-hint"), format!("{key}-error"));
    view! {
        <div class="field">
            <label for=key>{label}</label>
            <input
                id=key
                name=name
                type=kind
                inputmode="numeric"
                min=least
                max=most
                required=required
                value=value
                aria-describedby=format!("{hint_id} {error_id}")
                aria-invalid=move || error.get().is_some().then_some("true")
            />
            <p id=hint_id class="dim">{hint}</p>
            <FieldError id=error_id error/>
        </div>
    }
}
