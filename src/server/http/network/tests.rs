use axum::http::HeaderValue;
use proptest::prelude::*;

use super::*;

type Headers<'a> = &'a [(&'static str, &'a str)];

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// Who asks, behind proxies in `10.0.0.0/8` and `2001:db8:ffff::/48`.
fn client(peer: &str, headers: Headers<'_>) -> String {
    let proxies = TrustedProxies::parse("10.0.0.0/8, 2001:db8:ffff::/48").expect("networks");
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(*name, HeaderValue::from_str(value).expect("a value"));
    }
    proxies.client(address(peer), &map).to_string()
}

#[test]
fn forwarded_headers_one_table_says_who_the_client_is() {
    let xff = "x-forwarded-for";
    let table: [(&str, Headers, &str); 14] = [
        ("198.51.100.1", &[], "198.51.100.1"),
        ("198.51.100.1", &[(xff, "203.0.113.9")], "198.51.100.1"),
        ("10.0.0.1", &[], "10.0.0.1"),
        ("10.0.0.1", &[(xff, "203.0.113.9")], "203.0.113.9"),
        ("10.0.0.1", &[(xff, "192.0.2.1, 203.0.113.9")], "203.0.113.9"),
        ("10.0.0.1", &[(xff, "192.0.2.1"), (xff, "203.0.113.9, 10.0.0.2")], "203.0.113.9"),
        ("10.0.0.1", &[(xff, "203.0.113.9:4711")], "203.0.113.9"),
        ("10.0.0.1", &[(xff, "unknown")], "10.0.0.1"),
        ("10.0.0.1", &[(xff, "203.0.113.9, rubbish")], "10.0.0.1"),
        ("::ffff:10.0.0.1", &[(xff, "203.0.113.9")], "203.0.113.9"),
        (
            "10.0.0.1",
            &[("forwarded", "for=192.0.2.1, For=\"[2001:db8::7]:80\";proto=https")],
            "2001:db8::7",
        ),
        ("2001:db8:ffff::1", &[("forwarded", "proto=https;for=203.0.113.9")], "203.0.113.9"),
        ("10.0.0.1", &[(xff, "203.0.113.9"), ("forwarded", "for=203.0.113.9")], "203.0.113.9"),
        ("10.0.0.1", &[(xff, "203.0.113.9"), ("forwarded", "for=192.0.2.1")], "10.0.0.1"),
    ];
    for (peer, headers, expected) in table {
        assert_eq!(client(peer, headers), expected, "{peer} {headers:?}");
    }
}

#[test]
fn networks_are_counted_as_one_client_has_them() {
    for (one, other, together) in [
        ("203.0.113.1", "203.0.113.254", true),
        ("203.0.113.1", "203.0.114.1", false),
        ("2001:db8::1", "2001:db8:0:ff::1", true),
        ("2001:db8::1", "2001:db8:0:100::1", false),
    ] {
        let is_one = Network::of(address(one)) == Network::of(address(other));
        assert_eq!(is_one, together, "{one} and {other}");
    }
}

#[test]
fn trusted_proxies_are_networks_and_addresses() {
    for (text, is_valid) in [
        ("10.0.0.0/8", true),
        ("10.0.0.1,::1 , 2001:db8::/32", true),
        ("", false),
        ("10.0.0.0/33", false),
        ("proxy.example.org", false),
        ("10.0.0.1,", false),
    ] {
        assert_eq!(TrustedProxies::parse(text).is_ok(), is_valid, "{text:?}");
    }
}

proptest! {
    #[test]
    fn forwarded_headers_of_strangers_count_for_nothing(
        peer: [u8; 4],
        forwarded_for in "[ -~]{0,60}",
        forwarded in "[ -~]{0,60}",
    ) {
        prop_assume!(peer[0] != 10);
        let peer = IpAddr::from(peer).to_string();
        let headers = [("x-forwarded-for", &*forwarded_for), ("forwarded", &*forwarded)];
        prop_assert_eq!(client(&peer, &headers), peer);
    }

    #[test]
    fn forwarded_headers_before_what_the_proxy_says_count_for_nothing(claim in "[ -~]{0,60}") {
        let line = format!("{claim}, 203.0.113.9");
        prop_assert_eq!(client("10.0.0.1", &[("x-forwarded-for", &line)]), "203.0.113.9");
        let line = format!("{claim}, for=203.0.113.9");
        prop_assert_eq!(client("10.0.0.1", &[("forwarded", &line)]), "203.0.113.9");
    }
}
