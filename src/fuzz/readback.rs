//! Whether everything that was acknowledged is there.

use std::time::Duration;

use auxroom::model::{RoomView, SettingsView};

use crate::{party::Party, room::PEOPLE};

/// How long a change may take until everybody sees it, in looks and between them.
const LOOKS: usize = 60;
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

impl Party {
    /// What a person sees of a room; nothing if it is gone.
    async fn sees(&mut self, room: usize, who: usize) -> Result<Option<RoomView>, String> {
        let code = self.rooms[room].code.clone();
        let (_, answer) = self.asks_for(who, "/api/rooms/view", &code).await?;
        if answer.status != 200 {
            return Ok(None);
        }
        let view: RoomView = serde_json::from_slice(&answer.body).map_err(|it| it.to_string())?;
        if let RoomView::Member(view) = &view {
            self.rooms[room].play = view.snapshot.current_play();
            self.rooms[room].needs_sign_in = view.snapshot.status.kind.needs_sign_in();
        }
        Ok(Some(view))
    }

    /// Checks what a person sees of a room, and what its host has set.
    ///
    /// # Errors
    /// With the difference, if it stays.
    pub(crate) async fn checks(&mut self, room: usize, who: usize) -> Result<(), String> {
        let mut verdict = Ok(());
        for _ in 0..LOOKS {
            verdict = self.looks(room, who).await?;
            if verdict.is_ok() {
                return Ok(());
            }
            // Some things come true a moment later.
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        verdict.map_err(|why| format!("something was lost: {why}, of {:?}", self.rooms[room]))
    }

    async fn looks(&mut self, room: usize, who: usize) -> Result<Result<(), String>, String> {
        let Some(view) = self.sees(room, who).await? else {
            let is_removed = self.rooms[room].removed.contains(&who);
            return Ok(if is_removed { Ok(()) } else { Err("the room is gone".to_owned()) });
        };
        let place = &self.rooms[room];
        let verdict = place.check(who, &view);
        if verdict.is_err() || who != place.host || !place.members.contains(&who) {
            return Ok(verdict);
        }
        let code = place.code.clone();
        let (_, answer) = self.asks_for(who, "/api/rooms/settings-view", &code).await?;
        let view: SettingsView = match serde_json::from_slice(&answer.body) {
            Ok(view) => view,
            Err(error) => return Ok(Err(format!("the host's settings: {error}"))),
        };
        let is_so = view.joining_stopped == self.rooms[room].joining_stopped;
        Ok(if is_so { Ok(()) } else { Err("joining was stopped, or allowed".to_owned()) })
    }

    /// Checks every room, for everybody.
    ///
    /// # Errors
    /// If anything that was acknowledged is not there.
    pub(crate) async fn checks_everything(&mut self) -> Result<(), String> {
        for room in 0..self.rooms.len() {
            for who in 0..PEOPLE {
                self.checks(room, who).await?;
            }
        }
        Ok(())
    }

    /// Takes over what everybody sees: something was done of which nobody can tell what it is.
    pub(crate) async fn adopts_everything(&mut self) -> Result<(), String> {
        for room in (0..self.rooms.len()).rev() {
            let mut seen = Vec::new();
            for who in 0..PEOPLE {
                seen.extend(self.sees(room, who).await?.map(|view| (who, view)));
            }
            self.rooms[room].adopt(&seen);
            let (host, code) = (self.rooms[room].host, self.rooms[room].code.clone());
            let (_, answer) = self.asks_for(host, "/api/rooms/settings-view", &code).await?;
            let view = serde_json::from_slice::<SettingsView>(&answer.body);
            if let Ok(view) = &view {
                self.rooms[room].joining_stopped = view.joining_stopped;
            }
            // A room that is gone, or whose host is, is nobody's any more.
            if seen.is_empty() || self.rooms[room].members.is_empty() || view.is_err() {
                self.rooms.remove(room);
            }
        }
        Ok(())
    }
}
