//! A visitor's place in a room, kept when they leave so that a host who returns is host again.

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
                    .table("member")
                    .col(big_pk_auto("id"))
                    .col(big_integer("room_id"))
                    .col(big_integer("visitor_id"))
                    .col(string("role"))
                    .col(big_integer("joined_at"))
                    .col(big_integer_null("left_at"))
                    .foreign_key(&mut belongs_to("member", "room_id", "room"))
                    .foreign_key(&mut belongs_to("member", "visitor_id", "visitor"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("member_room_id_visitor_id")
                    .table("member")
                    .col("room_id")
                    .col("visitor_id")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("member_visitor_id")
                    .table("member")
                    .col("visitor_id")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("member").to_owned()).await
    }
}
