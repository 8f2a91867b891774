use std::{collections::HashMap, os::unix::fs::PermissionsExt as _};

use super::*;

fn read(vars: &[(&str, &str)]) -> anyhow::Result<Config> {
    let mut map: HashMap<String, String> = HashMap::new();
    map.insert("DATABASE_URL".into(), "sqlite::memory:".into());
    map.extend(vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    Config::read(|name| map.get(name).cloned(), ([127, 0, 0, 1], 3000).into())
}

fn refusal(vars: &[(&str, &str)]) -> String {
    format!("{:#}", read(vars).expect_err("a bad value"))
}

#[test]
fn without_credentials_it_is_demo_mode_and_links_follow_the_request() {
    let config = read(&[]).unwrap();

    assert!(config.spotify.is_none());
    assert!(matches!(config.public_url, PublicUrl::OfRequest { .. }));
}

#[test]
fn with_credentials_the_public_url_defaults_to_the_loopback_address() {
    let config = read(&[("SPOTIFY_CLIENT_ID", "id"), ("SPOTIFY_CLIENT_SECRET", "secret")]).unwrap();

    assert_eq!(config.public_url, PublicUrl::Fixed("http://127.0.0.1:3000".into()));
    assert_eq!(config.spotify.unwrap().accounts_url, "https://accounts.spotify.com");
}

#[test]
fn a_bad_value_is_refused_with_the_variables_name() {
    for (name, value) in [
        ("AUXROOM_PUBLIC_URL", "music.example.org"),
        ("AUXROOM_PUBLIC_URL", "http://localhost:3000"),
        ("AUXROOM_PUBLIC_URL", "https://music.example.org/party"),
        ("AUXROOM_SECRET_KEY", "c2hvcnQ="),
        ("AUXROOM_SECRET_KEY", "not base64!"),
        // Without a new one.
        ("AUXROOM_OLD_SECRET_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("AUXROOM_TRUSTED_PROXIES", "proxy.example.org"),
        ("AUXROOM_MEMBERS_PER_ROOM", "0"),
        ("AUXROOM_MEMBERS_PER_ROOM", "many"),
        ("AUXROOM_METRICS_ADDR", "9090"),
        ("AUXROOM_METRICS_ADDR", "localhost:9090"),
        ("DATABASE_URL", "mysql://somewhere"),
        ("SPOTIFY_CLIENT_SECRET", "alone"),
    ] {
        assert!(
            refusal(&[(name, value)]).contains(name.trim_end_matches("_SECRET")),
            "{name}={value}"
        );
    }
    let credentials = [("SPOTIFY_CLIENT_ID", "id"), ("SPOTIFY_CLIENT_SECRET", "secret")];
    for (name, value) in [("SPOTIFY_API_URL", "nowhere"), ("SPOTIFY_ACCOUNTS_URL", "ftp://x")] {
        let vars = [credentials[0], credentials[1], (name, value)];
        assert!(refusal(&vars).contains(name), "{name}={value}");
    }
}

#[test]
fn an_id_without_a_secret_stops_the_start() {
    assert!(refusal(&[("SPOTIFY_CLIENT_ID", "alone")]).contains("SPOTIFY_CLIENT_SECRET"));
}

#[test]
fn the_key_is_made_once_and_kept_private_beside_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("rooms.db").display());

    let config = read(&[("DATABASE_URL", &url)]).unwrap();
    let file = folder.path().join("rooms.db.key");
    assert!(!file.exists(), "not before the database was looked at");

    let first = config.secret_key.keys(false).unwrap();
    let second = config.secret_key.keys(true).unwrap();

    assert_eq!(first.current.expose(), second.current.expose());
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn demo_has_a_database_of_its_own_unless_told_otherwise() {
    let file = |vars: &[(&str, &str)]| {
        let config = read(&[&[("DATABASE_URL", "")], vars].concat()).unwrap();
        config.database.file.unwrap().display().to_string()
    };
    let credentials = [("SPOTIFY_CLIENT_ID", "id"), ("SPOTIFY_CLIENT_SECRET", "secret")];
    let named = ("DATABASE_URL", "sqlite://rooms.db?mode=rwc");

    assert_eq!(file(&[]), "auxroom-demo.db");
    assert_eq!(file(&credentials), "auxroom.db");
    assert_eq!(file(&[named]), "rooms.db");
    assert_eq!(file(&[credentials[0], credentials[1], named]), "rooms.db");
}
