//! Seals what must not be readable in the database file.

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_STANDARD_NO_PAD};
use chacha20poly1305::{
    AeadCore as _, KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, OsRng, Payload},
};
use secrecy::{ExposeSecret as _, SecretBox, SecretString};

const NONCE_BYTES: usize = 24;

/// The installation's key: 32 bytes.
#[derive(Clone)]
pub struct SecretKey(Arc<SecretBox<[u8; 32]>>);

impl SecretKey {
    /// A key of these bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Arc::new(SecretBox::new(Box::new(bytes))))
    }

    /// The key's bytes.
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey")
    }
}

/// The installation's keys: of several while the key is being changed.
#[derive(Clone, Debug)]
pub struct Keyring {
    /// What seals.
    pub current: SecretKey,
    /// What only opens what was sealed before.
    pub old: Vec<SecretKey>,
}

/// Seals texts with the installation's key, and opens those of its old keys too.
#[derive(Clone)]
pub struct Sealer {
    current: XChaCha20Poly1305,
    old: Arc<[XChaCha20Poly1305]>,
}

impl Sealer {
    /// A sealer with these keys.
    pub fn new(keys: &Keyring) -> Self {
        let cipher = |key: &SecretKey| XChaCha20Poly1305::new(key.expose().into());
        Self { current: cipher(&keys.current), old: keys.old.iter().map(cipher).collect() }
    }

    /// Seals `text` with the current key, so that it opens for the same `owner` only.
    pub fn seal(&self, text: &SecretString, owner: &str) -> String {
        let nonce = XChaCha20Poly1305::generate_nonce(&mut OsRng);
        let payload = Payload { msg: text.expose_secret().as_bytes(), aad: owner.as_bytes() };
        let sealed = self.current.encrypt(&nonce, payload).expect("texts are shorter than 256 GB");
        BASE64_STANDARD_NO_PAD.encode([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what `seal` made for `owner`; nothing if it was with none of these keys, or the owner
    /// is another.
    pub fn open(&self, sealed: &str, owner: &str) -> Option<SecretString> {
        let bytes = BASE64_STANDARD_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES)?;
        let open = |cipher: &XChaCha20Poly1305| {
            let payload = Payload { msg: sealed, aad: owner.as_bytes() };
            cipher.decrypt(XNonce::from_slice(nonce), payload).ok()
        };
        let text = open(&self.current).or_else(|| self.old.iter().find_map(open))?;
        Some(String::from_utf8(text).ok()?.into())
    }
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}
