//! Errors in the Web API's own shape.

use std::borrow::Cow;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::player::commands::Refusal;

/// `{"error":{"status","message"[,"reason"]}}`
#[derive(Debug)]
pub(crate) struct ApiError {
    status: u16,
    message: Cow<'static, str>,
    reason: Option<&'static str>,
    is_text: bool,
}

impl ApiError {
    pub(crate) fn new(status: u16, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, message: message.into(), reason: None, is_text: false }
    }

    pub(crate) const fn fixed(status: u16, message: &'static str) -> Self {
        Self { status, message: Cow::Borrowed(message), reason: None, is_text: false }
    }

    /// An error that is not in the usual shape, but bare text.
    pub(crate) fn text(status: u16, message: &'static str) -> Self {
        Self { is_text: true, ..Self::new(status, message) }
    }

    fn because(self, reason: &'static str) -> Self {
        Self { reason: Some(reason), ..self }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::BadRequest(message) => Self::new(400, message),
            Refusal::DeviceNotFound => Self::new(404, "Device not found"),
            Refusal::NoActiveDevice => {
                Self::new(404, "Player command failed: No active device found")
                    .because("NO_ACTIVE_DEVICE")
            }
            Refusal::PremiumRequired => Self::new(403, "Player command failed: Premium required")
                .because("PREMIUM_REQUIRED"),
            Refusal::RestrictedDevice => Self::new(403, "Restricted device"),
            Refusal::RestrictionViolated => {
                Self::new(403, "Player command failed: Restriction violated").because("UNKNOWN")
            }
            Refusal::VolumeNotSupported => {
                Self::new(403, "Player command failed: Cannot control device volume")
                    .because("VOLUME_CONTROL_DISALLOW")
            }
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if self.is_text {
            return (status, self.message).into_response();
        }
        let mut body = json!({ "error": { "status": self.status, "message": self.message } });
        if let Some(reason) = self.reason {
            body["error"]["reason"] = reason.into();
        }
        (status, Json(body)).into_response()
    }
}
