//! What somebody was sent to Spotify for: some permissions are asked for only when they are needed.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = text("purpose").default("connect").to_owned();
        let alter = Table::alter().table("sign_in").add_column(column).to_owned();
        manager.alter_table(alter).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let alter = Table::alter().table("sign_in").drop_column("purpose").to_owned();
        manager.alter_table(alter).await
    }
}
