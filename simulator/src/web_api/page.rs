//! One page of a longer list, as the Web API gives it.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use serde_json::{Value, json};

use super::error::ApiError;

/// Which part of a list was asked for.
pub(super) struct Window {
    pub(super) limit: usize,
    pub(super) offset: usize,
}

impl Window {
    /// Reads `limit` and `offset`.
    pub(super) fn of(
        query: &HashMap<String, String>,
        default_limit: usize,
        limits: RangeInclusive<usize>,
        last_offset: usize,
    ) -> Result<Self, ApiError> {
        let number = |name, default, range: RangeInclusive<usize>, message| match query.get(name) {
            None => Ok(default),
            Some(text) => text
                .parse()
                .ok()
                .filter(|number| range.contains(number))
                .ok_or(ApiError::new(400, message)),
        };
        Ok(Self {
            limit: number("limit", default_limit, limits, "Invalid limit")?,
            offset: number("offset", 0, 0..=last_offset, "Invalid offset")?,
        })
    }

    /// That part of `all`, with links to the parts around it: `link` makes one from a query.
    pub(super) fn page<T>(
        &self,
        all: &[T],
        show: impl Fn(&T) -> Value,
        link: impl Fn(&str) -> String,
    ) -> Value {
        let Self { limit, offset } = *self;
        let link = |offset: usize| link(&format!("limit={limit}&offset={offset}"));
        let items: Vec<Value> = all.iter().skip(offset).take(limit).map(show).collect();
        json!({
            "href": link(offset),
            "items": items,
            "limit": limit,
            "next": (offset + limit < all.len()).then(|| link(offset + limit)),
            "offset": offset,
            "previous": (offset > 0).then(|| link(offset.saturating_sub(limit))),
            "total": all.len(),
        })
    }
}
