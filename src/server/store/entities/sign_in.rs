//! A consent that somebody was sent to Spotify for.

use sea_orm::entity::prelude::*;

/// A pending consent.
#[derive(Clone, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "sign_in")]
pub struct Model {
    /// SHA-256 of the `state` that Spotify hands back.
    #[sea_orm(primary_key, auto_increment = false)]
    pub state_hash: String,
    /// Who may come back with it.
    pub visitor_id: i64,
    /// The room to connect.
    pub room_id: i64,
    /// The PKCE verifier.
    pub verifier: String,
    /// From then on it is void.
    pub expires_at: i64,
    /// What they are to agree to.
    pub purpose: Purpose,
}

/// What somebody is sent to Spotify for.
#[derive(Clone, Copy, Debug, DeriveActiveEnum, EnumIter, Eq, PartialEq)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Purpose {
    /// An account is to drive the room.
    #[sea_orm(string_value = "connect")]
    Connect,
    /// The account that drives the room is to show its playlists, too: one may go on.
    #[sea_orm(string_value = "choose_playlist")]
    ChoosePlaylist,
    /// The account that drives the room is to save what was played as a playlist, too.
    #[sea_orm(string_value = "save_playlist")]
    SavePlaylist,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").field("room_id", &self.room_id).finish_non_exhaustive()
    }
}

/// None are needed.
#[derive(Clone, Copy, Debug, DeriveRelation, EnumIter)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
