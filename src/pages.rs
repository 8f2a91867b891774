//! One file a page. The server draws them, and what is on them works without scripts.
//!
//! The browser takes over one thing alone: a room that a member looks at, which is
//! `components::MemberRoom`. All else here is no part of the download, and may take from the framework
//! whatever it likes.

mod callback;
mod close_room;
mod create_room;
mod home;
mod join_room;
mod not_found;
mod room;
mod settings;
mod stranger;

pub use callback::Callback;
pub use close_room::CloseRoom;
pub use create_room::CreateRoom;
pub use home::Home;
pub use join_room::JoinRoom;
pub use not_found::NotFound;
pub use room::Room;
pub use settings::Settings;
