//! What only a demo says.

pub const PARTY: &str = "See a party";
pub const GUESTS_HINT: &str = "They ask for songs and vote, so that you can see a party. They are simulated, and leave after 15 minutes.";
