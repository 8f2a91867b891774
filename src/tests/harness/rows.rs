//! What the database holds.

use std::fmt::Write as _;

use auxroom::server::store::entities::{
    application, connection, former_code, member, play, room, session, sign_in, skip_vote, visitor,
};
use sea_orm::{ColumnTrait as _, DatabaseConnection, EntityTrait, QueryFilter as _};

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

/// Every row of every table, as text to compare.
pub(crate) async fn all_rows(database: &DatabaseConnection) -> String {
    async fn add<E: EntityTrait>(text: &mut String, database: &DatabaseConnection) {
        let rows = E::find().all(database).await.expect("a database that answers");
        writeln!(text, "{rows:?}").expect("text");
    }
    let mut text = String::new();
    add::<application::Entity>(&mut text, database).await;
    add::<connection::Entity>(&mut text, database).await;
    add::<former_code::Entity>(&mut text, database).await;
    add::<member::Entity>(&mut text, database).await;
    add::<play::Entity>(&mut text, database).await;
    add::<room::Entity>(&mut text, database).await;
    add::<session::Entity>(&mut text, database).await;
    add::<sign_in::Entity>(&mut text, database).await;
    add::<skip_vote::Entity>(&mut text, database).await;
    add::<visitor::Entity>(&mut text, database).await;
    text
}
