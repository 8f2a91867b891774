//! A consent that somebody was sent to Spotify for.

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
                    .table("sign_in")
                    .col(string("state_hash").primary_key())
                    .col(big_integer("visitor_id"))
                    .col(big_integer("room_id"))
                    .col(text("verifier"))
                    .col(big_integer("expires_at"))
                    .foreign_key(&mut belongs_to("sign_in", "visitor_id", "visitor"))
                    .foreign_key(&mut belongs_to("sign_in", "room_id", "room"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("sign_in").to_owned()).await
    }
}
