//! Pieces that pages are made of.

mod answer;
mod command_form;
mod controls;
mod error_page;
mod form;
mod invitation;
mod live;
mod name_field;
mod now_playing;
mod number_field;
mod progress;
mod settings_fields;
mod song_rule_fields;
mod status_line;

pub use answer::Answer;
pub use command_form::{CommandForm, in_place, page_load};
pub use controls::Controls;
pub use error_page::ErrorPage;
pub use form::{ErrorOfOtherForm, FieldError, FormError, OutcomeNotice, error_of, use_room_code};
pub use invitation::Invitation;
pub use live::Live;
pub use name_field::NameField;
pub use now_playing::{NowPlaying, title};
pub use progress::Progress;
pub use settings_fields::SettingsFields;
pub use song_rule_fields::SongRuleFields;
pub use status_line::StatusLine;
