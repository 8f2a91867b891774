//! The file that keeps the state across restarts.

use std::path::Path;
use std::{fs, io};

use crate::state::State;

/// The state in the file at `path`, if there is one that can be understood.
pub(crate) fn load(path: &Path) -> Option<State> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "Starting afresh: the simulator's file cannot be read");
            return None;
        }
    };
    serde_json::from_slice(&text)
        .inspect_err(|error| tracing::warn!(path = %path.display(), %error, "Starting afresh: the simulator's file is damaged"))
        .ok()
}

/// The contents of a file with this state.
pub(crate) fn text_of(state: &State) -> io::Result<Vec<u8>> {
    serde_json::to_vec(state).map_err(io::Error::other)
}

/// Replaces `path`, so that a reader finds the old state or the new one, never part of one.
pub(crate) fn save(path: &Path, text: io::Result<Vec<u8>>) {
    let saved = text.and_then(|text| {
        let temporary = path.with_extension("new");
        fs::write(&temporary, text)?;
        fs::rename(&temporary, path)
    });
    if let Err(error) = saved {
        tracing::warn!(path = %path.display(), %error, "The simulator's state was not saved");
    }
}
