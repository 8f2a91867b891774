//! Spotify asks to wait with searches, and with single tracks, on their own: players may be asked
//! meanwhile.

use sea_orm_migration::{prelude::*, schema::*};

const COLUMNS: [&str; 2] = ["search_limited_until", "tracks_limited_until"];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            let column = big_integer(column).default(0).take();
            let change = Table::alter().table("application").add_column(column).to_owned();
            manager.alter_table(change).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            let change = Table::alter().table("application").drop_column(column).to_owned();
            manager.alter_table(change).await?;
        }
        Ok(())
    }
}
