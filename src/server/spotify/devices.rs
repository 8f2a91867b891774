//! What an account can play on.
//!
//! <https://developer.spotify.com/documentation/web-api/reference/get-a-users-available-devices>

use reqwest::Method;
use serde_json::json;

use super::{AccessToken, Spotify, body, wire};
use crate::model::{Device, SpotifyError};

impl Spotify {
    /// What the account can play on, as far as Spotify knows: what slept for a while is missing.
    ///
    /// # Errors
    /// As for every call of the Web API.
    pub async fn devices(&self, token: &AccessToken) -> Result<Vec<Device>, SpotifyError> {
        let request = self.request(Method::GET, "/me/player/devices", token);
        let response = self.send("/me/player/devices", request).await?;
        let answer: wire::DevicesAnswer = body::json(response).await?;
        Ok(answer.devices.into_iter().map(Device::from).collect())
    }

    /// Goes on playing, or stays paused, on the device with this ID.
    ///
    /// # Errors
    /// As for every command; `NoDevice` also if the device is gone.
    pub async fn transfer(&self, token: &AccessToken, device: &str) -> Result<(), SpotifyError> {
        let request = self.request(Method::PUT, "/me/player", token);
        let request = request.json(&json!({ "device_ids": [device] }));
        self.send("/me/player", request).await.map(drop)
    }

    /// Sets how loud the active device is, from 0 to 100.
    ///
    /// # Errors
    /// As for every command; `Restricted` if the device does not let its volume be set.
    pub async fn volume(&self, token: &AccessToken, percent: u8) -> Result<(), SpotifyError> {
        let percent = percent.min(100).to_string();
        let request = self.request(Method::PUT, "/me/player/volume", token);
        self.command("/me/player/volume", request.query(&[("volume_percent", percent)])).await
    }
}

impl From<wire::Device> for Device {
    fn from(device: wire::Device) -> Self {
        let wire::Device { id, name, kind, .. } = device;
        Self {
            id: id.filter(|id| !id.is_empty()),
            name,
            kind,
            is_active: device.is_active,
            is_restricted: device.is_restricted,
            supports_volume: device.supports_volume,
            volume_percent: device
                .volume_percent
                .and_then(|percent| percent.min(100).try_into().ok()),
        }
    }
}
