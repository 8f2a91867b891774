//! Settings that fit an occasion.

pub const PARTY: &str = "House party";
pub const FOR_PARTIES: &str =
    "The most wanted song comes next, anything goes, and no hit plays twice in two hours.";
pub const OFFICE: &str = "Office";
pub const FOR_OFFICES: &str =
    "Everybody gets their turn, nothing explicit, and anyone can pause for a phone call.";
pub const WEDDING: &str = "Wedding";
pub const FOR_WEDDINGS: &str =
    "One wish each until it has played, nothing explicit, and it takes ten people to skip a song.";

/// What the form shows is suggested, and not saved.
pub fn filled_in(name: &str) -> String {
    format!("Filled in for “{name}”. Nothing has changed yet: press Save to keep it.")
}
