//! What is on a page.

use super::Answer;

impl Answer {
    /// A header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    /// The page's title.
    #[track_caller]
    pub(crate) fn title(&self) -> &str {
        between(&self.body, "<title>", "</title>")
    }

    /// The tag of the first field with this name.
    #[track_caller]
    pub(crate) fn field(&self, name: &str) -> &str {
        let name = format!(" name=\"{name}\"");
        let tags = self.body.split('<').filter_map(|piece| piece.split_once('>'));
        let tag = tags.map(|(tag, _)| tag).find(|tag| tag.contains(&name));
        tag.unwrap_or_else(|| panic!("no field{name} in {}", self.body))
    }

    /// What the element with this id says; nothing while it is empty.
    #[track_caller]
    pub(crate) fn text_of(&self, id: &str) -> &str {
        let (_, rest) = self
            .body
            .split_once(&format!(" id=\"{id}\""))
            .unwrap_or_else(|| panic!("no element {id} in {}", self.body));
        between(rest, ">", "<")
    }

    /// Checks that a form without scripts was led to this page of ours.
    #[track_caller]
    pub(crate) fn leads_to(self, path: &str) -> Self {
        let answer = self.expect(302);
        assert_eq!(answer.location(), path);
        answer
    }
}

/// What stands between the first `start` and the `end` after it.
#[track_caller]
pub(crate) fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let inner = text.split_once(start).and_then(|(_, rest)| rest.split_once(end));
    inner.unwrap_or_else(|| panic!("nothing between {start:?} and {end:?} in {text}")).0
}
