//! Spotify asks to wait with playlists on their own: players may be asked meanwhile.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = big_integer("playlists_limited_until").default(0).take();
        let change = Table::alter().table("application").add_column(column).to_owned();
        manager.alter_table(change).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let change =
            Table::alter().table("application").drop_column("playlists_limited_until").to_owned();
        manager.alter_table(change).await
    }
}
