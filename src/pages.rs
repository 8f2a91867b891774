//! One file a page.

mod callback;
mod close_room;
mod create_room;
mod home;
mod join_room;
mod not_found;
mod room;
mod settings;

pub(crate) use callback::Callback;
pub(crate) use close_room::CloseRoom;
pub(crate) use create_room::CreateRoom;
pub(crate) use home::Home;
pub(crate) use join_room::JoinRoom;
pub(crate) use not_found::NotFound;
pub(crate) use room::Room;
pub(crate) use settings::Settings;
