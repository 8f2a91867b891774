//! The list of what is stored, held against the schema.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};

use crate::harness::TestApp;

const LIST: &str = include_str!("../../.github/PRIVACY.md");

/// Every column as `table.column`: a heading of the list names the table, and a line below it the column
/// and what it is for.
fn listed(list: &str) -> BTreeSet<String> {
    let quoted = |line: &str, start: &str| {
        let (name, rest) = line.strip_prefix(start)?.split_once('`')?;
        Some((name.to_owned(), rest.to_owned()))
    };
    let mut columns = BTreeSet::new();
    let mut table = String::new();
    for line in list.lines() {
        if let Some((name, _)) = quoted(line, "## `") {
            table = name;
        } else if let Some((column, purpose)) = quoted(line, "- `") {
            let purpose = purpose.trim_start_matches(": ");
            assert!(!purpose.is_empty(), "{table}.{column} is there for nothing");
            assert!(columns.insert(format!("{table}.{column}")), "{table}.{column} twice");
        }
    }
    columns
}

/// The first values of what a query finds.
async fn names(database: &DatabaseConnection, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let rows = database.query_all_raw(statement).await.expect("an answer");
    rows.iter().map(|row| row.try_get("", "name").expect("a name")).collect()
}

async fn stored(database: &DatabaseConnection) -> BTreeSet<String> {
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let mut columns = BTreeSet::new();
    for table in names(database, tables).await {
        let of_table = names(database, &format!("PRAGMA table_info({table})")).await;
        columns.extend(of_table.into_iter().map(|column| format!("{table}.{column}")));
    }
    columns
}

#[tokio::test]
async fn privacy_list_names_every_column_and_none_that_is_gone() {
    let app = TestApp::start().await;
    let (stored, listed) = (stored(&app.database().reader).await, listed(LIST));

    assert!(stored.len() > 40, "the schema was read: {stored:?}");
    let not_named: Vec<_> = stored.difference(&listed).collect();
    assert!(not_named.is_empty(), "stored, but not in .github/PRIVACY.md: {not_named:?}");
    let gone: Vec<_> = listed.difference(&stored).collect();
    assert!(gone.is_empty(), "in .github/PRIVACY.md, but not stored: {gone:?}");
}

#[tokio::test]
async fn privacy_list_misses_a_column_that_somebody_adds() {
    let app = TestApp::start().await;
    let database = &app.database().writer;
    database.execute_unprepared("ALTER TABLE member ADD COLUMN age TEXT").await.expect("a column");

    let stored = stored(database).await;

    let not_named: Vec<_> = stored.difference(&listed(LIST)).cloned().collect();
    assert_eq!(not_named, ["member.age"]);
}
