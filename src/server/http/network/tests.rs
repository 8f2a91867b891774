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

    #[test]
    fn forwarded_headers_of_any_bytes_name_the_proxy_or_an_address_as_it_is_written(
        line in prop::collection::vec(prop_oneof![32_u8..127, 128_u8.., Just(b','), Just(b'"')], 0..60),
        is_standard: bool,
    ) {
        let proxies = TrustedProxies::parse("10.0.0.0/8").expect("a network");
        let Ok(value) = HeaderValue::from_bytes(&line) else { return Ok(()) };
        let name = if is_standard { "forwarded" } else { "x-forwarded-for" };
        let client = proxies.client(address("10.0.0.1"), &HeaderMap::from_iter([(
            name.parse().expect("a name"),
            value,
        )]));
        let text = String::from_utf8_lossy(&line);
        prop_assert!(client == address("10.0.0.1") || text.contains(&*client.to_string()), "{client}");
    }

    #[test]
    fn forwarded_headers_read_every_address_in_every_spelling(any in any_address(), port: u16) {
        let canonical = any.to_canonical();
        let quoted = |text: &str| format!("proto=https;FOR=\"{text}\"");
        let with_port = std::net::SocketAddr::new(any, port).to_string();
        for text in [any.to_string(), with_port, format!(" {any} ")] {
            prop_assert_eq!(node(&text), Some(canonical), "{}", text);
            prop_assert_eq!(forwarded_for(&quoted(&text)), Some(canonical), "{}", text);
        }
        if any.is_ipv6() {
            prop_assert_eq!(node(&format!("[{any}]")), Some(canonical));
        }
        prop_assert_eq!(node(&canonical.to_string()), Some(canonical), "what is read reads as itself");
    }

    #[test]
    fn forwarded_headers_of_no_address_are_none(text in "\\PC{0,40}") {
        if let Some(address) = node(&text) {
            prop_assert_eq!(node(&address.to_string()), Some(address));
            prop_assert!(text.contains(['.', ':']), "{text:?} is an address");
        }
        let _ = forwarded_for(&text);
    }

    #[test]
    fn trusted_proxies_are_those_that_were_named(any in any_address(), other in any_address()) {
        let proxies = TrustedProxies::parse(&any.to_string()).expect("an address");
        prop_assert!(proxies.contains(any));
        prop_assert_eq!(proxies.contains(other), any.to_canonical() == other.to_canonical());
        let length = if any.is_ipv4() { 8 } else { 104 };
        let network = TrustedProxies::parse(&format!("{any}/{length}")).expect("a network");
        prop_assert!(network.contains(any));
    }

    #[test]
    fn trusted_proxies_that_are_refused_are_named(text in "\\PC{0,40}") {
        if let Err(error) = TrustedProxies::parse(&text) {
            prop_assert!(format!("{error}").ends_with("is no network"), "{error}");
        }
    }
}

/// Addresses of both kinds, and of IPv4 as IPv6 writes them.
fn any_address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<[u8; 4]>().prop_map(IpAddr::from),
        any::<[u8; 16]>().prop_map(IpAddr::from),
        any::<[u8; 4]>().prop_map(|four| std::net::Ipv4Addr::from(four).to_ipv6_mapped().into()),
    ]
}
