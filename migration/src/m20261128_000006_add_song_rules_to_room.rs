//! What a host decides about songs.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

fn columns() -> [ColumnDef; 6] {
    [
        text("song_order").default("most_votes").to_owned(),
        boolean("requests_open").default(true).to_owned(),
        boolean("explicit_allowed").default(true).to_owned(),
        integer_null("songs_per_person").to_owned(),
        integer_null("longest_minutes").to_owned(),
        integer_null("no_repeat_minutes").to_owned(),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in columns() {
            let alter = Table::alter().table("room").add_column(column).to_owned();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in columns() {
            let name = column.get_column_name();
            let alter = Table::alter().table("room").drop_column(name).to_owned();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}
