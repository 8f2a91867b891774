//! What people see of a play once it is over, and how many wanted to skip it.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

fn columns() -> [ColumnDef; 5] {
    [
        text_null("name").to_owned(),
        text_null("artists").to_owned(),
        text_null("image_url").to_owned(),
        text_null("url").to_owned(),
        integer_null("skip_votes").to_owned(),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in columns() {
            let alter = Table::alter().table("play").add_column(column).to_owned();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in columns() {
            let name = column.get_column_name();
            let alter = Table::alter().table("play").drop_column(name).to_owned();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}
