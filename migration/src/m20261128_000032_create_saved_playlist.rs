//! The playlist that what was played in a room is written into, and how far that has come.

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
                    .table("saved_playlist")
                    .col(big_pk_auto("id"))
                    .col(big_integer("room_id").unique_key())
                    .col(big_integer("connection_id"))
                    .col(text("marker"))
                    .col(text_null("playlist_id"))
                    .col(text_null("url"))
                    .col(big_integer("added_play_id").default(0))
                    .col(big_integer_null("pending_play_id"))
                    .col(big_integer("claimed_until").default(0))
                    .col(big_integer("created_at"))
                    .foreign_key(&mut belongs_to("saved_playlist", "room_id", "room"))
                    .foreign_key(&mut belongs_to("saved_playlist", "connection_id", "connection"))
                    .to_owned(),
            )
            .await?;
        let index = Index::create()
            .name("saved_playlist_connection_id")
            .table("saved_playlist")
            .col("connection_id")
            .to_owned();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("saved_playlist").to_owned()).await
    }
}
