//! What the host's account can play on.

use crate::model::Device;

pub const HINT: &str = "Spotify lists only speakers on which it is open. One is missing? Open Spotify there, press play once, and look again.";
pub const LOOK_AGAIN: &str = "Look again";
pub const NONE: &str = "Spotify reports no speaker at the moment.";
pub const NOT_CONTROLLABLE: &str = "Spotify does not let it be controlled from here.";
pub const UNNAMED: &str = "A speaker";

pub fn title(code: &str) -> String {
    format!("Speakers of room {code}")
}

/// What a speaker is called, and what it is.
pub fn name(device: &Device) -> String {
    let name = if device.name.is_empty() { UNNAMED } else { &device.name };
    if device.kind.is_empty() { name.to_owned() } else { format!("{name} ({})", device.kind) }
}

/// Why there is no field for the volume.
pub fn no_volume(device: &Device) -> String {
    format!("The volume of {} is set on the device itself.", name(device))
}

/// Whose volume a field is for.
pub fn volume_of(device: &Device) -> String {
    format!("Of {}, from 0 to 100.", name(device))
}
