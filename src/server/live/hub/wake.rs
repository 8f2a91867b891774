//! What has a room run, though nobody waits for what comes of it.

use super::{Hub, Message};
use crate::model::RoomId;

impl Hub {
    /// Has somebody run the room, and watch it for a while.
    pub fn wake(&self, room: RoomId) {
        self.touch(room);
    }

    /// Has the room look soon at what plays, since the host had Spotify play on another device.
    pub fn speaker_chosen(&self, room: RoomId) {
        self.channel(room, |channel| channel.send(Message::SpeakerChosen));
    }
}
