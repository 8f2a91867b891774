//! What links, buttons, fields and regions are called. Screen readers and other people's tests find
//! them by these names: a change here breaks what nobody here can see.

// Links.
pub const CLOSE_RESULTS: &str = "Close results";
pub const MORE_RESULTS: &str = "More results";
/// Also a page.
pub const BLOCKED: &str = "Blocked songs and artists";
/// What leads there from a song that was played.
pub const BLOCK: &str = "Block…";
pub const BACK_TO_START: &str = "Back to the start";
pub const CREATE_A_ROOM: &str = "Create a room";
pub const HISTORY: &str = "History";
pub const JOIN_A_ROOM: &str = "Join a room";
pub const KEEP_ROOM: &str = "Keep room";
pub const NEWEST: &str = "Newest";
pub const OLDER: &str = "Older";
pub const OPEN_PLAYLIST: &str = "Open the playlist in Spotify";
pub const OPEN_IN_SPOTIFY: &str = "Open in Spotify";
pub const PEOPLE: &str = "People";
pub const PRIVACY: &str = "Privacy";
pub const SETTINGS: &str = "Settings";
pub const SPEAKERS: &str = "Speakers";

// Buttons.
/// Also the link to the page that asks first.
pub const CLOSE_ROOM: &str = "Close room";
/// Also the heading of its form.
pub const CHANGE_NAME: &str = "Change name";
pub const CLEAR_QUEUE: &str = "Clear queue";
pub const CONNECT_SPOTIFY: &str = "Connect Spotify";
pub const COPY_LINK: &str = "Copy link";
pub const CREATE_ROOM: &str = "Create room";
pub const DISMISS: &str = "Dismiss";
pub const DISCONNECT_SPOTIFY: &str = "Disconnect Spotify";
pub const END_FALLBACK: &str = "Use no playlist";
pub const SHOW_PLAYLISTS: &str = "Show my playlists";
pub const USE_PLAYLIST: &str = "Use this playlist";
pub const FIND_SONG: &str = "Find the song";
pub const FORGET_ME: &str = "Forget me";
pub const JOIN_ROOM: &str = "Join room";
pub const ALLOW_JOINING: &str = "Let people join again";
pub const LEAVE_ROOM: &str = "Leave room";
pub const LET_GUESTS_JOIN: &str = "Let five guests join";
pub const MOVE_SPOTIFY: &str = "Move Spotify here";
pub const NEW_CODE: &str = "Change the code";
/// What `play_next` shows beside its song.
pub const NEXT: &str = "Play next";
pub const PAUSE: &str = "Pause";
pub const PLAY: &str = "Play";
pub const RECONNECT_SPOTIFY: &str = "Reconnect Spotify";
pub const SAVE: &str = "Save";
pub const SAVE_PLAYLIST: &str = "Save as a playlist";
pub const SEARCH: &str = "Search";
pub const STOP_JOINING: &str = "Let nobody new in";
pub const SKIP: &str = "Skip";
pub const SET_VOLUME: &str = "Set volume";
pub const UNDO: &str = "Undo";
pub const USE_SPEAKER: &str = "Use this speaker";
pub const VOTE_TO_SKIP: &str = "Vote to skip";

// Fields.
/// Also a link and a page.
pub const FALLBACK_PLAYLIST: &str = "Fallback playlist";
/// A choice of one.
pub const PLAYLIST_ORDER: &str = "Order of the playlist";
pub const SHUFFLED: &str = "Shuffled";
pub const IN_ORDER: &str = "In order";
pub const EXPLICIT_ALLOWED: &str = "Explicit songs allowed";
pub const FAIR_TURNS: &str = "Fair turns";
pub const FIRST_COME: &str = "First come";
pub const GUESTS_CAN_ASK: &str = "Guests can ask for songs";
pub const GUESTS_CAN_PAUSE: &str = "Guests can pause";
pub const LONGEST_MINUTES: &str = "Longest song in minutes";
pub const MOST_VOTES: &str = "Most votes";
pub const NO_REPEAT_MINUTES: &str = "No repeat within minutes";
/// A checkbox.
pub const NO_WAY_BACK: &str = "I know that this cannot be undone";
/// A choice of one.
pub const ORDER: &str = "Order";
/// A choice of one.
pub const SKIP_RULE: &str = "Skip rule";
pub const NUMBER_OF_VOTES: &str = "Number of votes";
pub const SHARE_OF_PEOPLE: &str = "Share of the people here";
pub const SKIP_SHARE: &str = "Share in percent";
pub const ROOM_CODE: &str = "Room code";
pub const SONG_LINK: &str = "Link of a song";
/// A choice of one.
pub const SPEAKER: &str = "Speaker";
pub const SONGS_PER_PERSON: &str = "Songs per person";
/// A searchbox.
pub const SEARCH_SONGS: &str = "Search songs";
pub const VOLUME: &str = "Volume";
pub const VOTES_TO_SKIP: &str = "Votes to skip";
pub const YOUR_NAME: &str = "Your name";

// Regions.
pub const DEMO_MODE: &str = "Demo mode";
pub const GET_STARTED: &str = "Begin";
pub const MORE_SETTINGS: &str = "More settings";
pub const NEXT_STEPS: &str = "Next steps";
pub const NOW_PLAYING: &str = "Now playing";
pub const PRESETS: &str = "Presets";
pub const PROGRESS: &str = "Progress";
pub const QUEUE: &str = "Queue";
pub const SEARCH_RESULTS: &str = "Search results";
pub const REFERENCE: &str = "Reference";

/// The button that adds a song to the queue.
pub fn add(title: &str) -> String {
    format!("Add {title}")
}

/// The toggle of a vote for a song in the queue.
pub fn vote_for(title: &str) -> String {
    format!("Vote for {title}")
}

/// What `take_out` shows beside its song.
pub fn take_out_short(is_own: bool) -> &'static str {
    if is_own { "Withdraw" } else { "Remove" }
}

/// The button that takes a song out of the queue: one's own, or as the host anybody's.
pub fn take_out(title: &str, is_own: bool) -> String {
    format!("{} {title}", take_out_short(is_own))
}

/// The host's button that has a song played before all others.
pub fn play_next(title: &str) -> String {
    format!("Play {title} next")
}
