//! Ids in the form of Spotify's own.

use sha2::{Digest, Sha256};

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Whether `text` has the form of Spotify's ids.
pub(crate) fn is_id(text: &str) -> bool {
    text.len() == 22 && text.bytes().all(|byte| BASE62.contains(&byte))
}

/// The id of the `kind` called `name`; always the same.
pub(crate) fn id(kind: &str, name: &str) -> String {
    let hash = Sha256::digest(format!("{kind}:{name}"));
    let mut number =
        hash.iter().take(16).fold(0_u128, |number, &byte| (number << 8) | u128::from(byte));
    let digits = std::iter::repeat_with(|| {
        let digit = BASE62[(number % 62) as usize];
        number /= 62;
        char::from(digit)
    });
    digits.take(22).collect()
}
