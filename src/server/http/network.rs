//! Where a request comes from, behind proxies too.

use std::net::{IpAddr, SocketAddr};

use anyhow::Context as _;
use axum::{
    extract::{ConnectInfo, Request},
    http::{HeaderMap, header::FORWARDED},
};
use ipnet::IpNet;

const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The proxies whose word about their clients counts.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TrustedProxies(Vec<IpNet>);

/// A network whose addresses are counted together, since one client may have many of them: IPv4 /24,
/// IPv6 /56.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Network(IpNet);

impl TrustedProxies {
    /// Reads networks and addresses, separated by commas.
    ///
    /// # Errors
    /// If one of them is neither.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let network = |text: &str| {
            let text = text.trim();
            let address = || text.parse::<IpAddr>().map(IpNet::from);
            let network = text.parse().or_else(|_| address()).map(canonical);
            network.with_context(|| format!("{text:?} is no network"))
        };
        text.split(',').map(network).collect::<anyhow::Result<_>>().map(Self)
    }

    /// Whether this is one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The client of a request that came over a connection from `peer`: the last address that a
    /// trusted proxy names and that is no trusted proxy itself. What a client claims about itself
    /// stands before that, and counts for nothing.
    ///
    /// A proxy sets `X-Forwarded-For` or `Forwarded`, and may pass the other on as the client sent
    /// it: if they do not agree, neither counts.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        let by = |name: &str, address: fn(&str) -> Option<IpAddr>| {
            headers.contains_key(name).then(|| self.last_untrusted(peer, headers, name, address))
        };
        match (by(X_FORWARDED_FOR, node), by(FORWARDED.as_str(), forwarded_for)) {
            (Some(one), Some(other)) if one != other => peer,
            (client, None) | (None, client) | (client, Some(_)) => client.unwrap_or(peer),
        }
    }

    fn last_untrusted(
        &self,
        peer: IpAddr,
        headers: &HeaderMap,
        name: &str,
        address: fn(&str) -> Option<IpAddr>,
    ) -> IpAddr {
        let lines = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or_default());
        let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
        let mut hops = hops.into_iter().rev();
        let mut client = peer;
        while self.contains(client)
            && let Some(hop) = hops.next().and_then(address)
        {
            client = hop;
        }
        client
    }
}

/// A network of IPv4 as such, if it is written as one of IPv6: addresses are compared so.
fn canonical(network: IpNet) -> IpNet {
    let mapped = match network.addr() {
        IpAddr::V6(address) => address.to_ipv4_mapped().zip(network.prefix_len().checked_sub(96)),
        IpAddr::V4(_) => None,
    };
    let mapped = mapped.and_then(|(address, length)| IpNet::new(address.into(), length).ok());
    mapped.unwrap_or(network)
}

impl Network {
    /// The network of an address.
    pub fn of(address: IpAddr) -> Self {
        let network = match address {
            _ if address.is_loopback() => Ok(IpNet::from(address)),
            IpAddr::V4(_) => IpNet::new(address, 24),
            IpAddr::V6(_) => IpNet::new(address, 56),
        };
        Self(network.unwrap_or_else(|_| address.into()).trunc())
    }

    /// Whether it is this machine: a proxy that was not named as one, or the installer.
    pub fn is_loopback(&self) -> bool {
        self.0.addr().is_loopback()
    }
}

/// Notes a request's network as one of its extensions.
pub fn note(proxies: &TrustedProxies, request: &mut Request) {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
        let client = proxies.client(peer.ip(), request.headers());
        request.extensions_mut().insert(Network::of(client));
    }
}

/// Reads an address that may have a port, as RFC 7239 section 6 writes it.
fn node(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let address = text.parse::<IpAddr>().or_else(|_| text.parse::<SocketAddr>().map(|it| it.ip()));
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    address.ok().or_else(in_brackets).map(|address: IpAddr| address.to_canonical())
}

/// The client in one element of `Forwarded`, like `for="[2001:db8::1]:4711";proto=https`.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.eq_ignore_ascii_case("for"))?;
    node(value.trim_matches('"'))
}

#[cfg(test)]
mod tests;
