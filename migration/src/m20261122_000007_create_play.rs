//! One playing of a track in a room, and how far its skip has come.

use sea_orm_migration::{prelude::*, schema::*};

use super::belongs_to;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("play")
                    .col(big_pk_auto("id"))
                    .col(big_integer("room_id"))
                    .col(text("uri"))
                    .col(big_integer("started_at"))
                    .col(big_integer_null("ended_at"))
                    .col(string_null("ended_by"))
                    .col(big_integer_null("skip_claimed_at"))
                    .col(big_integer_null("skip_sent_at"))
                    // Where it was when last looked at: after a restart this tells whether the same
                    // playing still goes on. Rewritten only when playing on would not explain it.
                    .col(big_integer("seen_at"))
                    .col(big_integer("seen_progress_ms"))
                    .col(boolean("seen_playing"))
                    .col(big_integer("duration_ms"))
                    .foreign_key(&mut belongs_to("play", "room_id", "room"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("play_room_id_ended_at")
                    .table("play")
                    .col("room_id")
                    .col("ended_at")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("play").to_owned()).await
    }
}
