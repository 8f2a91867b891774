//! `auxroom backup`: a copy of the database, whoever writes meanwhile.

use std::path::Path;

use super::existing_file;
use crate::server::{
    boot::config::{KeySource, Storage},
    clock::Clock,
    store::copy::{self, Contents},
};

/// Copies the database to `to`. Returns what to print.
///
/// # Errors
/// If there is no database, or no copy of it could be made.
pub(super) async fn backup(storage: &Storage, to: &Path) -> anyhow::Result<String> {
    let file = existing_file(storage)?;
    let Contents { rooms, sign_ins } = copy::copy(file, to).await?;
    let key = match &storage.secret_key {
        KeySource::Variables(_) => "in AUXROOM_SECRET_KEY".to_owned(),
        KeySource::File(key) => format!("in the file {}", key.display()),
        KeySource::Random => "nowhere".to_owned(),
    };
    let mut report = format!(
        "{} was copied to {}: rooms: {rooms}, Spotify sign-ins: {sign_ins}.\n\
         The key to the sign-ins is not in the copy. It is {key}: keep it too, in another place. \
         Without it the rooms ask their hosts to reconnect.\n",
        file.display(),
        to.display()
    );
    // The copy is made, whatever becomes of this.
    if let Err(error) = copy::record_backup(file, Clock::system().now()) {
        report.push_str(&format!("When it was made could not be recorded: {error:#}\n"));
    }
    Ok(report)
}
