//! The table of songs.

use std::sync::LazyLock;

use super::ids::id;
use super::invented;
use super::song::{Album, Row, Song};

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("Paper Lanterns", &["Marlowe Quay"], "Harbour Lights", "2019-05-17", 214, false),
    ("Tidewater", &["Marlowe Quay"], "Harbour Lights", "2019-05-17", 187, false),
    ("Last Ferry Home", &["Marlowe Quay"], "Harbour Lights", "2019-05-17", 243, false),
    ("Velvet Static", &["Neon Orchard"], "Afterglow Season", "2022-09-02", 201, false),
    ("Slow Motion City", &["Neon Orchard", "Ada Finch"], "Afterglow Season", "2022-09-02", 228, false),
    ("Say It Louder", &["Neon Orchard"], "Afterglow Season", "2022-09-02", 176, true),
    ("Cœur de velours", &["Éloïse Marchand"], "L’été en juin", "2021-06-21", 233, false),
    ("Où vont les étoiles ?", &["Éloïse Marchand"], "L’été en juin", "2021-06-21", 198, false),
    ("Übermorgen", &["Grau & Söhne"], "Straßenlärm", "2020-02-14", 205, false),
    ("Kein Schlaf", &["Grau & Söhne"], "Straßenlärm", "2020-02-14", 221, true),
    ("“Hello,” She Said", &["The Quiet Parade"], "Rooms & Other Rooms", "2018-10-26", 192, false),
    ("Rock & Roll & Regret", &["The Quiet Parade"], "Rooms & Other Rooms", "2018-10-26", 254, false),
    ("It's Only Rain (Isn't It?)", &["The Quiet Parade"], "Rooms & Other Rooms", "2018-10-26", 169, false),
    ("<Untitled> \"No. 4\"", &["The Quiet Parade"], "Rooms & Other Rooms", "2018-10-26", 131, false),
    ("夜の電車", &["水野アオイ"], "終電", "2023-03-08", 246, false),
    ("雨のあと", &["水野アオイ"], "終電", "2023-03-08", 219, false),
    ("별이 내리는 골목", &["하루봄"], "골목", "2022-04-11", 207, false),
    ("Полуночный снег", &["Северный Берег"], "Тихая вода", "2017-11-30", 263, false),
    ("طريق القمر", &["ليلى نور"], "سماء المدينة", "2020-08-19", 238, false),
    ("על הגג", &["נועה ברק"], "קיץ אחד", "2021-07-07", 195, false),
    ("Kahve ve Yağmur", &["Işıl Deniz"], "Şehir Uyurken", "2019-01-25", 211, false),
    ("The Long and Entirely Unnecessary History of Everything We Meant to Say Before the Train Pulled Out of the Station", &["The Society for Slow Afternoons"], "Minutes of the Meeting", "2016-03-18", 299, false),
    ("Interlude", &["The Society for Slow Afternoons"], "Minutes of the Meeting", "2016-03-18", 121, false),
    ("Golden Hour Drive", &["Cass Romero"], "Mile Marker 9", "2024-05-31", 184, false),
    ("No Brakes", &["Cass Romero", "DJ Lowtide"], "Mile Marker 9", "2024-05-31", 159, true),
    ("Kitchen Floor Waltz", &["Ada Finch"], "Small Hours", "2023-10-13", 226, false),
    ("Small Hours", &["Ada Finch"], "Small Hours", "2023-10-13", 272, false),
    ("Midnight Swim", &["DJ Lowtide", "Ada Finch", "Cass Romero"], "Lowtide, Vol. 2", "2024-08-09", 217, false),
    ("Basement Sun", &["DJ Lowtide"], "Lowtide, Vol. 2", "2024-08-09", 300, true),
    ("Café Saudade", &["Inês Carvalho", "Trio da Ladeira"], "Ladeira", "2015-12-04", 248, false),
];

/// The ordinary songs, which playlists hold and search finds: thirty that were written down, and many
/// that were put together.
pub fn songs() -> &'static [Song] {
    static SONGS: LazyLock<Vec<Song>> = LazyLock::new(|| rows().map(song).collect());
    &SONGS
}

fn rows() -> impl Iterator<Item = &'static Row> {
    ROWS.iter().chain(invented::rows())
}

/// A song without cover art.
pub fn no_cover() -> &'static Song {
    &special()[0]
}

/// A song that players report under another URI; search finds it.
pub fn relinked() -> &'static Song {
    &special()[1]
}

/// A file of the listener's own: no ids, no images.
pub fn local_file() -> &'static Song {
    &special()[3]
}

/// The songs that tests ask for by name; the third is what the relinked one plays as.
pub(super) fn special() -> &'static [Song] {
    static SPECIAL: LazyLock<[Song; 4]> = LazyLock::new(|| {
        let mut no_cover =
            song(&("Demo Tape 3", &["Garage Door"], "Demo Tapes", "2011-01-01", 173, false));
        no_cover.album.has_cover = false;
        let played = song(&(
            "Second Sunrise",
            &["Marlowe Quay"],
            "Second Sunrise",
            "2019-04-05",
            222,
            false,
        ));
        let mut asked = song(&(
            "Second Sunrise",
            &["Marlowe Quay"],
            "Harbour Lights (Deluxe)",
            "2019-11-01",
            222,
            false,
        ));
        asked.plays_as = Some(played.uri.clone());
        asked.isrc.clone_from(&played.isrc);
        let mut local =
            song(&("Rehearsal, July", &["Our Band"], "Garage", "2014-07-02", 187, false));
        local.id = None;
        local.uri = "spotify:local:Our+Band:Garage:Rehearsal%2C+July:187".to_owned();
        local.album.id = None;
        local.album.has_cover = false;
        [no_cover, asked, played, local]
    });
    &*SPECIAL
}

fn song(&(name, artists, album, release_date, seconds, explicit): &Row) -> Song {
    let own_id = id("track", &format!("{name}/{album}"));
    let place = rows().filter(|row| row.2 == album).position(|row| row.0 == name);
    Song {
        uri: format!("spotify:track:{own_id}"),
        name,
        artists,
        album: Album {
            id: Some(id("album", album)),
            name: album,
            release_date,
            total_tracks: rows().filter(|row| row.2 == album).count().max(1),
            has_cover: true,
        },
        duration_ms: seconds * 1_000,
        explicit,
        track_number: place.unwrap_or(0) + 1,
        isrc: format!("XXSIM{}", own_id[..7].to_ascii_uppercase()),
        id: Some(own_id),
        plays_as: None,
    }
}
