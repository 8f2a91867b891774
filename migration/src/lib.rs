//! The schema. Instants are Unix milliseconds in `big_integer` columns.
//!
//! Only what SQLite and PostgreSQL both understand is used. A table whose rules change is created
//! anew, filled, and renamed: SQLite cannot change it in place.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::{
    ForeignKey, ForeignKeyAction, ForeignKeyCreateStatement, MigrationTrait, async_trait,
};

mod m20261122_000001_create_visitor;
mod m20261122_000002_create_session;
mod m20261122_000003_create_room;
mod m20261122_000004_create_member;
mod m20261122_000005_create_connection;
mod m20261122_000006_create_sign_in;
mod m20261122_000007_create_play;
mod m20261122_000008_create_skip_vote;
mod m20261127_000001_add_visitor_to_session;
mod m20261127_000002_add_client_to_connection;
mod m20261127_000003_allow_one_current_play;
mod m20261127_000004_index_foreign_keys;
mod m20261127_000005_create_application;
mod m20261127_000006_add_revision_to_room;
mod m20261128_000001_add_accounts_limit_to_application;
mod m20261128_000002_add_joining_stopped_to_room;
mod m20261128_000003_create_former_code;
mod m20261128_000004_create_entry;
mod m20261128_000005_create_entry_vote;
mod m20261128_000006_add_song_rules_to_room;
mod m20261128_000007_add_name_to_member;
mod m20261128_000008_add_entry_to_play;
mod m20261128_000009_add_history_to_play;
mod m20261128_000020_add_catalogue_limits_to_application;
mod m20261128_000021_create_fallback;
mod m20261128_000022_add_skip_share_to_room;
mod m20261128_000023_create_blocked;
mod m20261128_000031_add_device_to_room;
mod m20261128_000032_create_saved_playlist;
mod m20261128_000033_add_purpose_to_sign_in;
mod m20261128_000034_add_playlists_limit_to_application;
mod m20261128_000041_add_told_until_to_member;
mod m20261128_000042_index_entries_by_end;

#[cfg(test)]
mod tests;

/// The ordered list of migrations.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_create_visitor::Migration),
            Box::new(m20261122_000002_create_session::Migration),
            Box::new(m20261122_000003_create_room::Migration),
            Box::new(m20261122_000004_create_member::Migration),
            Box::new(m20261122_000005_create_connection::Migration),
            Box::new(m20261122_000006_create_sign_in::Migration),
            Box::new(m20261122_000007_create_play::Migration),
            Box::new(m20261122_000008_create_skip_vote::Migration),
            Box::new(m20261127_000001_add_visitor_to_session::Migration),
            Box::new(m20261127_000002_add_client_to_connection::Migration),
            Box::new(m20261127_000003_allow_one_current_play::Migration),
            Box::new(m20261127_000004_index_foreign_keys::Migration),
            Box::new(m20261127_000005_create_application::Migration),
            Box::new(m20261127_000006_add_revision_to_room::Migration),
            Box::new(m20261128_000001_add_accounts_limit_to_application::Migration),
            Box::new(m20261128_000002_add_joining_stopped_to_room::Migration),
            Box::new(m20261128_000003_create_former_code::Migration),
            Box::new(m20261128_000004_create_entry::Migration),
            Box::new(m20261128_000005_create_entry_vote::Migration),
            Box::new(m20261128_000006_add_song_rules_to_room::Migration),
            Box::new(m20261128_000007_add_name_to_member::Migration),
            Box::new(m20261128_000008_add_entry_to_play::Migration),
            Box::new(m20261128_000009_add_history_to_play::Migration),
            Box::new(m20261128_000020_add_catalogue_limits_to_application::Migration),
            Box::new(m20261128_000021_create_fallback::Migration),
            Box::new(m20261128_000022_add_skip_share_to_room::Migration),
            Box::new(m20261128_000023_create_blocked::Migration),
            Box::new(m20261128_000031_add_device_to_room::Migration),
            Box::new(m20261128_000032_create_saved_playlist::Migration),
            Box::new(m20261128_000033_add_purpose_to_sign_in::Migration),
            Box::new(m20261128_000034_add_playlists_limit_to_application::Migration),
            Box::new(m20261128_000041_add_told_until_to_member::Migration),
            Box::new(m20261128_000042_index_entries_by_end::Migration),
        ]
    }
}

/// The names of all migrations, the oldest first, as databases record them.
pub fn names() -> Vec<String> {
    Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}

/// A row of `table` goes together with the row of `owner` that its `column` names.
fn belongs_to(
    table: &'static str,
    column: &'static str,
    owner: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, column)
        .to(owner, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}
