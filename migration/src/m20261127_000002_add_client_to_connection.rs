//! An account belongs to the Spotify application that it agreed to. It is known once to each, and
//! a room has one account of each at most.

use sea_orm_migration::{prelude::*, schema::*};

use super::belongs_to;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const KEPT: [&str; 8] = [
    "account_id",
    "visitor_id",
    "room_id",
    "scopes",
    "authorized_at",
    "tokens",
    "expires_at",
    "token_version",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("connection_of_client")
                    .col(big_pk_auto("id"))
                    // Empty until a server with an application of its own takes the row over: who
                    // made it was not recorded before.
                    .col(string("client_id"))
                    .col(string("account_id"))
                    .col(big_integer("visitor_id"))
                    .col(big_integer_null("room_id"))
                    .col(text("scopes"))
                    .col(big_integer("authorized_at"))
                    // Null once Spotify refused them for good: the host has to sign in again.
                    .col(text_null("tokens"))
                    .col(big_integer("expires_at"))
                    .col(big_integer("token_version"))
                    .foreign_key(&mut belongs_to("connection_of_client", "visitor_id", "visitor"))
                    .foreign_key(&mut belongs_to("connection_of_client", "room_id", "room"))
                    .to_owned(),
            )
            .await?;
        // Nothing refers to the keys, so new ones are drawn: a sequence would not know the old.
        let kept = Query::select()
            .expr(Expr::value(""))
            .columns(KEPT)
            .from("connection")
            .order_by("id", Order::Asc)
            .to_owned();
        let copy = Query::insert()
            .into_table("connection_of_client")
            .columns(["client_id"].into_iter().chain(KEPT))
            .select_from(kept)
            .map_err(|error| DbErr::Migration(error.to_string()))?
            .to_owned();
        manager.execute(copy).await?;
        manager.drop_table(Table::drop().table("connection").to_owned()).await?;
        manager
            .rename_table(Table::rename().table("connection_of_client", "connection").to_owned())
            .await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn indexes() -> [IndexCreateStatement; 3] {
    let index = |name: &str| Index::create().name(name).table("connection").to_owned();
    [
        index("connection_account_id_client_id")
            .col("account_id")
            .col("client_id")
            .unique()
            .to_owned(),
        index("connection_room_id_client_id").col("room_id").col("client_id").unique().to_owned(),
        index("connection_visitor_id").col("visitor_id").to_owned(),
    ]
}
