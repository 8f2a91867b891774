//! A song that somebody asked for, with what people see of it: Spotify is not asked again for every page.

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
                    .table("entry")
                    .col(big_pk_auto("id"))
                    .col(big_integer("room_id"))
                    .col(big_integer("member_id"))
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
                    .col(big_integer("added_at"))
                    .col(big_integer_null("promoted_at"))
                    .col(big_integer_null("sent_at"))
                    .col(big_integer_null("sent_play_id"))
                    .col(big_integer_null("ended_at"))
                    .col(text_null("ended_by"))
                    .foreign_key(&mut belongs_to("entry", "room_id", "room"))
                    .foreign_key(&mut belongs_to("entry", "member_id", "member"))
                    .to_owned(),
            )
            .await?;
        for column in ["room_id", "member_id"] {
            let name = format!("entry_{column}");
            let index = Index::create().name(name).table("entry").col(column).to_owned();
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("entry").to_owned()).await
    }
}
