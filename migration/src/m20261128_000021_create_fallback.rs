//! The playlist that goes on in a room when nobody asks for anything, with its songs: Spotify is not asked
//! in the moment that one has to follow another.

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
                    .table("fallback")
                    .col(big_integer("room_id").primary_key())
                    .col(text("playlist_id"))
                    .col(text("name"))
                    .col(boolean("shuffled"))
                    .col(big_integer("chosen_at"))
                    .foreign_key(&mut belongs_to("fallback", "room_id", "room"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("fallback_track")
                    .col(big_pk_auto("id"))
                    .col(big_integer("room_id"))
                    .col(text("uri"))
                    .col(text("name"))
                    .col(text("artists"))
                    .col(text("artist_uris"))
                    .col(text_null("album"))
                    .col(text_null("image_url"))
                    .col(big_integer("duration_ms"))
                    .col(boolean("explicit"))
                    .col(text_null("url"))
                    .col(text_null("isrc"))
                    .col(big_integer_null("taken_at"))
                    .foreign_key(&mut belongs_to("fallback_track", "room_id", "room"))
                    .to_owned(),
            )
            .await?;
        let index = Index::create()
            .name("fallback_track_room_id")
            .table("fallback_track")
            .col("room_id")
            .to_owned();
        manager.create_index(index).await?;
        let from_fallback = boolean("from_fallback").default(false).to_owned();
        let alter = Table::alter().table("entry").add_column(from_fallback).to_owned();
        manager.alter_table(alter).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let alter = Table::alter().table("entry").drop_column("from_fallback").to_owned();
        manager.alter_table(alter).await?;
        manager.drop_table(Table::drop().table("fallback_track").to_owned()).await?;
        manager.drop_table(Table::drop().table("fallback").to_owned()).await
    }
}
