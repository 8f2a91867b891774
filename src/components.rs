//! Pieces that pages are made of: those of an open room, which server and browser draw alike, and those of
//! all other pages, which only the server draws and nobody downloads.

mod answer;
mod bar;
mod command_form;
mod controls;
mod invitation;
mod live;
mod notice;
mod now_playing;
mod progress;
mod queue;
mod queue_forms;
mod request;
mod room;
mod search;
mod small_cover;
mod status_line;
mod vote_for_song;

#[cfg(feature = "ssr")]
mod error_page;
#[cfg(feature = "ssr")]
mod form;
#[cfg(feature = "ssr")]
mod name_field;
#[cfg(feature = "ssr")]
mod number_field;
#[cfg(feature = "ssr")]
mod settings_fields;
#[cfg(feature = "ssr")]
mod skip_rule_fields;
#[cfg(feature = "ssr")]
mod song_rule_fields;

use self::{
    answer::Answer,
    bar::Bar,
    controls::{Controls, SKIP_FORM},
    invitation::Invitation,
    live::Live,
    notice::Notice,
    now_playing::NowPlaying,
    progress::Progress,
    queue::Queue,
    queue_forms::QueueForms,
    search::Search,
    small_cover::{Names, SmallCover},
    status_line::StatusLine,
    vote_for_song::VoteForSong,
};

pub use command_form::CommandForm;
pub use notice::FormError;
pub use now_playing::title;
pub use room::{LIVE_ID, LIVE_PAGE_ID, MemberRoom};

#[cfg(feature = "ssr")]
pub use self::{
    error_page::ErrorPage,
    form::{
        ErrorOfOtherForm, FieldError, OutcomeNotice, error_of, use_answered, use_query,
        use_room_code,
    },
    name_field::NameField,
    settings_fields::SettingsFields,
    skip_rule_fields::SkipRuleFields,
    song_rule_fields::SongRuleFields,
};
