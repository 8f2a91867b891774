//! Whoever reads the songs that wait in a room, or that ended a moment ago, reads no others.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const BEFORE: (&str, &[&str]) = ("entry_room_id", &["room_id"]);
const AFTER: (&str, &[&str]) = ("entry_room_id_ended_at", &["room_id", "ended_at"]);

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, BEFORE, AFTER).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, AFTER, BEFORE).await
    }
}

async fn replace(
    manager: &SchemaManager<'_>,
    (before, _): (&str, &[&str]),
    (after, columns): (&str, &[&'static str]),
) -> Result<(), DbErr> {
    let mut index = Index::create().name(after).table("entry").to_owned();
    for column in columns {
        index.col(*column);
    }
    manager.create_index(index).await?;
    manager.drop_index(Index::drop().name(before).table("entry").to_owned()).await
}
