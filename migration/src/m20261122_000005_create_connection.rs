//! A Spotify account. It drives at most one room; its tokens are sealed.

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
                    .table("connection")
                    .col(big_pk_auto("id"))
                    .col(string_uniq("account_id"))
                    .col(big_integer("visitor_id"))
                    .col(big_integer_null("room_id").unique_key())
                    .col(text("scopes"))
                    .col(big_integer("authorized_at"))
                    // Null once Spotify refused them for good: the host has to sign in again.
                    .col(text_null("tokens"))
                    .col(big_integer("expires_at"))
                    .col(big_integer("token_version"))
                    .foreign_key(&mut belongs_to("connection", "visitor_id", "visitor"))
                    .foreign_key(&mut belongs_to("connection", "room_id", "room"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("connection_visitor_id")
                    .table("connection")
                    .col("visitor_id")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("connection").to_owned()).await
    }
}
