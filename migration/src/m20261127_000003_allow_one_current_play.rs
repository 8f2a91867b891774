//! One play goes on in a room: by the database's own rule, not only by what the program does.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Where a fault left several, the newest is the one that goes on.
const END_ALL_BUT_THE_NEWEST: &str = "\
    UPDATE play SET ended_at = seen_at, ended_by = 'replaced' \
    WHERE ended_at IS NULL \
    AND id NOT IN (SELECT MAX(id) FROM play WHERE ended_at IS NULL GROUP BY room_id)";
const DELETE_VOTES_FOR_ENDED_PLAYS: &str = "\
    DELETE FROM skip_vote \
    WHERE play_id IN (SELECT id FROM play WHERE ended_at IS NOT NULL)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [END_ALL_BUT_THE_NEWEST, DELETE_VOTES_FOR_ENDED_PLAYS] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        let allow_one = Index::create()
            .name("play_room_id_current")
            .table("play")
            .col("room_id")
            .unique()
            .and_where(Expr::col("ended_at").is_null())
            .to_owned();
        manager.create_index(allow_one).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(Index::drop().name("play_room_id_current").table("play").to_owned())
            .await
    }
}
