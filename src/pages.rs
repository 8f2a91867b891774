//! One file a page.

mod callback;
mod close_room;
mod create_room;
mod home;
mod join_room;
mod not_found;
mod room;
mod settings;

pub use callback::Callback;
pub use close_room::CloseRoom;
pub use create_room::CreateRoom;
pub use home::Home;
pub use join_room::JoinRoom;
pub use not_found::NotFound;
pub use room::Room;
pub use settings::Settings;
