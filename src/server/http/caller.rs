//! Proofs of who asks: rules take them as arguments, so that none can be called without.

use axum::http::HeaderMap;
use leptos::prelude::{expect_context, use_context};
use leptos_axum::extract;
use sea_orm::{
    EntityTrait as _, JoinType, QuerySelect as _, RelationDef,
    sea_query::{Expr, ExprTrait as _, IntoCondition as _},
};
use tower_sessions::Session;

use crate::server::{
    http::{session, state::AppState},
    rooms::lifecycle,
    store::entities::{member, room},
};
use crate::{
    error::AppError,
    model::{Role, RoomCode, VisitorId},
};

/// The request that a server function answers.
pub struct Caller {
    /// What it can reach.
    pub app: AppState,
    /// Its session.
    pub session: Session,
    /// Its headers.
    pub headers: HeaderMap,
}

impl Caller {
    /// Takes the request from the server function's context.
    ///
    /// # Errors
    /// If the session layer is missing.
    pub async fn current() -> Result<Self, AppError> {
        let session = extract::<Session>().await.map_err(|error| anyhow::anyhow!("{error}"))?;
        let parts = use_context::<axum::http::request::Parts>();
        Ok(Self {
            app: expect_context::<AppState>(),
            session,
            headers: parts.map(|parts| parts.headers).unwrap_or_default(),
        })
    }

    /// Who asks, if it is not a stranger.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn visitor(&self) -> Result<Option<VisitorId>, AppError> {
        Ok(session::visitor(&self.app, &self.session).await?)
    }

    /// The origin by which the caller reached the server.
    pub fn public_url(&self) -> String {
        self.app.config.public_url.of(&self.headers)
    }

    /// Proof that the caller is in the open room with this code.
    ///
    /// # Errors
    /// If there is no such room, it is closed, or the caller is not in it.
    pub async fn member(&self, code: &str) -> Result<Member, AppError> {
        Member::find(&self.app, self.visitor().await?, &code.parse()?).await
    }

    /// Proof that the caller is in charge of the open room with this code.
    ///
    /// # Errors
    /// As `member`, and if the caller is a guest.
    pub async fn host(&self, code: &str) -> Result<Host, AppError> {
        self.member(code).await?.into_host()
    }
}

/// Somebody who is in an open room.
#[derive(Clone, Debug)]
pub struct Member {
    /// The room.
    pub room: room::Model,
    /// Their place in it.
    pub place: member::Model,
}

impl Member {
    /// Looks the place of `visitor` in the room with this code up. The room counts as used:
    /// recorded here, or by the hourly sweep while it is live.
    ///
    /// # Errors
    /// If there is no such room, it is closed, or the visitor is not in it.
    pub async fn find(
        app: &AppState,
        visitor: Option<VisitorId>,
        code: &RoomCode,
    ) -> Result<Self, AppError> {
        // Precedes every page and command: live rooms answer without the database.
        if let Some(member) = visitor.and_then(|visitor| app.hub.member(code, visitor)) {
            return Ok(member);
        }
        let (room, place) = room_and_place(app, visitor, code).await?;
        let place = place.filter(|place| place.left_at.is_none()).ok_or(AppError::NotMember)?;
        lifecycle::touch(&app.database, &room, app.clock.now()).await?;
        Ok(Self { room, place })
    }

    /// What they are in the room.
    pub fn role(&self) -> Role {
        self.place.role.into()
    }

    /// The room's code.
    pub fn code(&self) -> &str {
        &self.room.code
    }

    /// Proof that they are in charge.
    ///
    /// # Errors
    /// If they are a guest.
    pub fn into_host(self) -> Result<Host, AppError> {
        match self.role() {
            Role::Host => Ok(Host(self)),
            Role::Guest => Err(AppError::NotHost),
        }
    }

    /// Whether they may play and pause.
    ///
    /// # Errors
    /// If they may not.
    pub fn may_pause(&self) -> Result<(), AppError> {
        match self.role() {
            Role::Guest if !self.room.guest_can_pause => Err(AppError::PauseNotAllowed),
            _ => Ok(()),
        }
    }
}

/// Somebody who is in charge of an open room.
#[derive(Clone, Debug)]
pub struct Host(pub Member);

/// The open room with this code, and the visitor's place in it, left or not.
///
/// # Errors
/// If there is no such room, or it is closed.
async fn room_and_place(
    app: &AppState,
    visitor: Option<VisitorId>,
    code: &RoomCode,
) -> Result<(room::Model, Option<member::Model>), AppError> {
    let visitor = visitor.map_or(0, |VisitorId(id)| id);
    let place = room::Entity::belongs_to(member::Entity)
        .from(room::Column::Id)
        .to(member::Column::RoomId)
        .on_condition(move |_room, member| {
            Expr::col((member, member::Column::VisitorId)).eq(visitor).into_condition()
        });
    let found = room::Entity::with_code(code)
        .join(JoinType::LeftJoin, RelationDef::from(place))
        .select_also(member::Entity)
        .one(&app.database.reader)
        .await
        .map_err(anyhow::Error::from)?;
    let (room, place) = found.ok_or(AppError::RoomNotFound)?;
    match room.closed_at {
        None => Ok((room, place)),
        Some(_) => Err(AppError::RoomClosed),
    }
}
