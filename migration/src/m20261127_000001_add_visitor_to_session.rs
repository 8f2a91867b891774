//! A session names its visitor in a column, so that a visitor's sessions can be found and end
//! together.

use sea_orm_migration::{prelude::*, schema::*};
use serde_json::Value;

use super::belongs_to;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("session_with_visitor")
            .col(string("id_hash").primary_key())
            .col(big_integer("visitor_id"))
            .col(text("data"))
            .col(big_integer("expires_at"))
            .foreign_key(&mut belongs_to("session_with_visitor", "visitor_id", "visitor"));
        manager.create_table(table).await?;
        copy(manager).await?;
        manager.drop_table(Table::drop().table("session").to_owned()).await?;
        manager
            .rename_table(Table::rename().table("session_with_visitor", "session").to_owned())
            .await?;
        for column in ["visitor_id", "expires_at"] {
            manager
                .create_index(
                    Index::create()
                        .name(format!("session_{column}"))
                        .table("session")
                        .col(column)
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }
}

/// Copies the sessions, each with the visitor whom its values name. One that names nobody opened
/// nothing, and stays behind.
async fn copy(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let columns = ["id_hash", "data", "expires_at"];
    let rows = connection.query_all(Query::select().columns(columns).from("session")).await?;
    for row in rows {
        let data: String = row.try_get("", "data")?;
        let Some((visitor, data)) = bring_along(&data) else { continue };
        let session = Query::select()
            .expr(Expr::value(row.try_get::<String>("", "id_hash")?))
            .column("id")
            .expr(Expr::value(data))
            .expr(Expr::value(row.try_get::<i64>("", "expires_at")?))
            .from("visitor")
            .and_where(Expr::col("id").eq(visitor))
            .to_owned();
        let mut insert = Query::insert();
        insert
            .into_table("session_with_visitor")
            .columns(["id_hash", "visitor_id", "data", "expires_at"])
            .select_from(session)
            .map_err(|error| DbErr::Migration(error.to_string()))?;
        connection.execute(&insert).await?;
    }
    Ok(())
}

/// The visitor whom a session's values name, and the values as they are from now on: after a
/// sign-in all other sessions of the visitor end, not only the one whose id was replaced.
fn bring_along(data: &str) -> Option<(i64, String)> {
    let mut data: Value = serde_json::from_str(data).ok()?;
    let visit = data.get_mut("visitor")?.as_object_mut()?;
    let visitor = visit.get("visitor")?.as_i64()?;
    if visit.remove("replaces").is_some_and(|before| before != Value::Null) {
        visit.insert("ends_others".to_owned(), true.into());
    }
    Some((visitor, data.to_string()))
}
