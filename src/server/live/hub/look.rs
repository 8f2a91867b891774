//! What a look at Spotify changes.

use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr,
    EntityTrait as _, QueryFilter as _, sea_query::Expr,
};

use super::knowledge::{Knowledge, PENDING_MS};
use crate::{
    model::{Item, Pending, Player, StatusKind},
    server::{
        rooms::play::{Going, Recording, Seen, ended_by, is_stale},
        store::{
            database::Database,
            entities::{instant, millis, play, skip_vote},
        },
    },
};

impl Knowledge {
    /// Takes over what Spotify said at `now`, and records which play goes on. False if the answer
    /// was stale: then it counts for nothing.
    pub(super) async fn look(
        &mut self,
        database: &Database,
        player: Option<Player>,
        now: u64,
    ) -> anyhow::Result<bool> {
        let mut play_changed = false;
        if let Some(player) = &player
            && let Some(item) = &player.item
        {
            let seen = Seen {
                at: now,
                progress_ms: player.progress_ms,
                playing: player.is_playing,
                duration_ms: item.track.duration_ms,
            };
            if self.ended.as_ref().is_some_and(|(uri, at)| is_stale(&item.track.uri, uri, *at, now))
            {
                return Ok(false);
            }
            play_changed = self.record(database, item, seen).await?;
        }
        self.settle_pending(player.as_ref(), play_changed, now);
        let plays = player.as_ref().is_some_and(|player| player.is_playing);
        self.trouble = self.trouble.filter(|trouble| match trouble.kind {
            StatusKind::NoDevice => !plays,
            // Looking needs no Premium account, so a look that works disproves nothing then.
            StatusKind::PremiumRequired => trouble.by_command,
            _ => false,
        });
        self.player = player;
        self.looked_at = Some(now);
        Ok(true)
    }

    /// Records what is seen of `item`. Whether another play began.
    async fn record(
        &mut self,
        database: &Database,
        item: &Item,
        seen: Seen,
    ) -> anyhow::Result<bool> {
        let uri = &item.track.uri;
        let Some(play) = &mut self.play else {
            let Some(room) = &self.room else { return Ok(false) };
            let first = begin(&database.writer, room.id, uri, seen).await?;
            self.goes_on(first);
            return Ok(true);
        };
        let known = self.player.as_ref().and_then(|player| player.item.as_ref());
        let going = Going {
            uri: &play.uri,
            recording: known.filter(|known| known.track.uri == play.uri).map(recording),
            seen: seen_of(play),
            looked_at: self.looked_at.unwrap_or(millis(play.seen_at)),
            skip_sent_at: play.skip_sent_at.map(millis),
        };
        if let Some(reason) = ended_by(&going, recording(item), &seen) {
            let ended = (play.uri != *uri).then(|| (play.uri.clone(), seen.at));
            let transaction = database.begin().await?;
            end(&transaction, play.id, reason, seen.at).await?;
            let next = begin(&transaction, play.room_id, uri, seen).await?;
            transaction.commit().await?;
            self.ended = ended;
            self.goes_on(next);
            return Ok(true);
        }
        if !going.seen.explains(&seen) || play.uri != *uri {
            play.uri.clone_from(uri);
            play.seen_at = instant(seen.at);
            play.seen_progress_ms = instant(seen.progress_ms);
            play.seen_playing = seen.playing;
            play.duration_ms = instant(seen.duration_ms);
            play::Entity::update_many()
                .col_expr(play::Column::Uri, Expr::value(play.uri.clone()))
                .col_expr(play::Column::SeenAt, Expr::value(play.seen_at))
                .col_expr(play::Column::SeenProgressMs, Expr::value(play.seen_progress_ms))
                .col_expr(play::Column::SeenPlaying, Expr::value(play.seen_playing))
                .col_expr(play::Column::DurationMs, Expr::value(play.duration_ms))
                .filter(play::Column::Id.eq(play.id))
                .exec(&database.writer)
                .await?;
        }
        Ok(false)
    }

    /// Another play goes on, for which nobody has voted.
    fn goes_on(&mut self, play: play::Model) {
        self.play = Some(play);
        let members = std::sync::Arc::make_mut(&mut self.members);
        members.values_mut().for_each(|member| member.voted = false);
    }

    /// A command is no longer pending once Spotify shows it, or has taken too long.
    fn settle_pending(&mut self, player: Option<&Player>, play_changed: bool, now: u64) {
        self.pending = self.pending.filter(|(what, since)| {
            let shown = match what {
                Pending::Play => player.is_some_and(|player| player.is_playing),
                Pending::Pause => player.is_none_or(|player| !player.is_playing),
                Pending::Skip => play_changed || player.is_none(),
            };
            !shown && now < since + PENDING_MS
        });
    }
}

/// Ends a play, and its votes with it.
async fn end(
    transaction: &impl ConnectionTrait,
    play_id: i64,
    reason: play::EndedBy,
    at: u64,
) -> Result<(), DbErr> {
    play::Entity::update_many()
        .col_expr(play::Column::EndedAt, Expr::value(instant(at)))
        .col_expr(play::Column::EndedBy, Expr::value(reason))
        .filter(play::Column::Id.eq(play_id))
        .exec(transaction)
        .await?;
    skip_vote::Entity::delete_many()
        .filter(skip_vote::Column::PlayId.eq(play_id))
        .exec(transaction)
        .await?;
    Ok(())
}

async fn begin(
    database: &impl ConnectionTrait,
    room_id: i64,
    uri: &str,
    seen: Seen,
) -> Result<play::Model, DbErr> {
    let row = play::ActiveModel {
        room_id: Set(room_id),
        uri: Set(uri.to_owned()),
        started_at: Set(instant(seen.at.saturating_sub(seen.progress_ms))),
        seen_at: Set(instant(seen.at)),
        seen_progress_ms: Set(instant(seen.progress_ms)),
        seen_playing: Set(seen.playing),
        duration_ms: Set(instant(seen.duration_ms)),
        ..Default::default()
    };
    row.insert(database).await
}

fn recording(item: &Item) -> Recording<'_> {
    Recording { isrc: item.isrc.as_deref(), track: &item.track }
}

fn seen_of(play: &play::Model) -> Seen {
    Seen {
        at: millis(play.seen_at),
        progress_ms: millis(play.seen_progress_ms),
        playing: play.seen_playing,
        duration_ms: millis(play.duration_ms),
    }
}
