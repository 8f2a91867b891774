//! Cover art: a gradient and a few shapes, always the same for the same album.

use std::fmt::Write;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::catalogue;

/// Widths of cover art in pixels, largest first.
pub(crate) const SIZES: [u32; 3] = [640, 300, 64];

/// `GET /cover/{album}/{size}.svg`
pub(crate) async fn cover(Path((album, file)): Path<(String, String)>) -> Response {
    let size = file.strip_suffix(".svg").and_then(|size| size.parse().ok());
    match size.filter(|size| SIZES.contains(size)) {
        Some(size) if catalogue::is_id(&album) => {
            let headers = [
                (header::CONTENT_TYPE, "image/svg+xml"),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ];
            (headers, draw(&album, size)).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn draw(album: &str, size: u32) -> String {
    let hash = Sha256::digest(album);
    let number = |index: usize, below: u32| u32::from(hash[index]) * below / 256;
    let hue = number(0, 360);
    let other_hue = (hue + 40 + number(1, 120)) % 360;
    let shapes = match hash[2] % 4 {
        0 => rings(&number),
        1 => hills(&number),
        2 => sun(&number),
        _ => stripes(&number),
    };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{size}\" height=\"{size}\" viewBox=\"0 0 640 640\">\
         <defs><linearGradient id=\"ground\" x1=\"0\" y1=\"0\" x2=\"1\" y2=\"1\">\
         <stop offset=\"0\" stop-color=\"hsl({hue}, 62%, 46%)\"/>\
         <stop offset=\"1\" stop-color=\"hsl({other_hue}, 58%, 26%)\"/></linearGradient></defs>\
         <rect width=\"640\" height=\"640\" fill=\"url(#ground)\"/>{shapes}</svg>"
    )
}

/// Circles within circles, off the centre.
fn rings(number: &dyn Fn(usize, u32) -> u32) -> String {
    let (x, y) = (160 + number(3, 320), 160 + number(4, 320));
    (0..6).fold(String::new(), |mut shapes, ring| {
        let radius = 50 + ring * (40 + number(5, 30));
        let _ = write!(
            shapes,
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"none\" stroke=\"#fff\" stroke-opacity=\"0.{}\" stroke-width=\"14\"/>",
            60 - ring * 9
        );
        shapes
    })
}

/// Rolling hills, the nearest the darkest.
fn hills(number: &dyn Fn(usize, u32) -> u32) -> String {
    (0..4_usize).fold(String::new(), |mut shapes, hill| {
        let base = 250 + 95 * hill as u32;
        let (left, right) = (base - number(3 + hill, 130), base + number(7 + hill, 130));
        let _ = write!(
            shapes,
            "<path d=\"M0 {base}C160 {left} 480 {right} 640 {base}V640H0Z\" fill=\"#000\" fill-opacity=\"0.{}\"/>",
            16 + 4 * hill
        );
        shapes
    })
}

/// A low sun over a calm sea.
fn sun(number: &dyn Fn(usize, u32) -> u32) -> String {
    let (x, radius) = (200 + number(3, 240), 90 + number(4, 70));
    let waves = (0..5).fold(String::new(), |mut waves, wave| {
        let y = 430 + wave * 42;
        let (start, width) = (number(5 + wave as usize, 200), 220 + number(10 + wave as usize, 220));
        let _ = write!(waves, "<rect x=\"{start}\" y=\"{y}\" width=\"{width}\" height=\"10\" rx=\"5\" fill=\"#fff\" fill-opacity=\"0.35\"/>");
        waves
    });
    format!(
        "<circle cx=\"{x}\" cy=\"280\" r=\"{radius}\" fill=\"#fff\" fill-opacity=\"0.82\"/>\
         <rect y=\"400\" width=\"640\" height=\"240\" fill=\"#000\" fill-opacity=\"0.28\"/>{waves}"
    )
}

/// Slanted stripes of different widths.
fn stripes(number: &dyn Fn(usize, u32) -> u32) -> String {
    let slant = 120 + number(3, 160);
    (0..6_usize).fold(String::new(), |mut shapes, stripe| {
        let (left, width) = (stripe as u32 * 130, 24 + number(4 + stripe, 60));
        let _ = write!(
            shapes,
            "<path d=\"M{left} 0h{width}l-{slant} 640h-{width}Z\" fill=\"#fff\" fill-opacity=\"0.{}\"/>",
            14 + 6 * stripe
        );
        shapes
    })
}
