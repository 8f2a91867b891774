//! What the database holds.

use auxroom::server::store::entities::{member, room};
use sea_orm::{ColumnTrait as _, EntityTrait, QueryFilter as _};

use super::TestApp;

impl TestApp {
    /// All rows of a table.
    pub(crate) async fn rows<E: EntityTrait>(&self) -> Vec<E::Model> {
        E::find().all(&self.database().reader).await.expect("a database that answers")
    }

    /// How many rows a table has.
    pub(crate) async fn count<E: EntityTrait>(&self) -> usize {
        self.rows::<E>().await.len()
    }

    /// The room with this code.
    pub(crate) async fn room(&self, code: &str) -> room::Model {
        let room = room::Entity::find().filter(room::Column::Code.eq(code));
        let room = room.one(&self.database().reader).await.expect("a database that answers");
        room.expect("the room")
    }

    /// How many are in the room with this code.
    pub(crate) async fn members(&self, code: &str) -> usize {
        let present = member::Entity::present(self.room(code).await.id);
        present.all(&self.database().reader).await.expect("a database that answers").len()
    }
}
