//! What systemd is told, if it is there and asked to be.

use sd_notify::NotifyState;

/// The program answers.
pub(super) fn is_ready() {
    tell(NotifyState::Ready);
}

/// It is about to end.
pub(super) fn is_stopping() {
    tell(NotifyState::Stopping);
}

/// Says it to the socket that `NOTIFY_SOCKET` names; to nobody without.
fn tell(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(error = %error, "systemd could not be told");
    }
}
