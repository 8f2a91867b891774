//! Connections: how many there may be, and how long they may stay silent.

use std::{
    collections::HashMap,
    convert::Infallible,
    io,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use socket2::SockRef;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::sync::CancellationToken;
use tower_service::Service as _;

use crate::server::http::network::TrustedProxies;

/// The database's connections, Spotify's, the log and what the system opens.
const OTHER_FILES: u64 = 128;
/// 1.2 GB of memory: 60 kB for each that streams a room.
const MOST_CONNECTIONS: u64 = 20_000;
/// Of all, from one address: a wedding behind one router fits, and nobody takes everything.
const SHARE_OF_ONE_ADDRESS: usize = 4;
/// What is sent and not acknowledged for so long has nobody who reads it.
const UNREAD: Duration = Duration::from_secs(30);
/// What a reader who is slow, or does not read at all, keeps in the system's memory.
const SEND_BUFFER_BYTES: usize = 256 * 1024;
/// What a request's head may have: several times what browsers send, and as much as proxies pass on.
const HEAD_BYTES: usize = 32 * 1024;
/// After the system refused a connection, for want of file handles for example.
const PAUSE: Duration = Duration::from_secs(1);

/// How many connections there may be, and how long they may stay silent.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// In all: further ones wait until one ends.
    pub connections: usize,
    /// From the opening of a connection to the end of its first request's head.
    pub first_request: Duration,
    /// From the end of an answer to the end of the next request's head. Proxies keep connections
    /// open for a minute, and send a form over one that is just being closed.
    pub next_request: Duration,
    /// From the end of a request's head to the end of its body.
    pub whole_body: Duration,
}

impl Limits {
    /// For a process that may open so many files.
    pub fn for_files(files: u64) -> Self {
        let connections = files.saturating_sub(OTHER_FILES).clamp(OTHER_FILES, MOST_CONNECTIONS);
        Self {
            connections: usize::try_from(connections).unwrap_or(usize::MAX),
            first_request: Duration::from_secs(10),
            next_request: Duration::from_secs(75),
            whole_body: Duration::from_secs(10),
        }
    }
}

/// Answers until `stop`, and then what is in flight. Connections of `proxies` are those of their
/// clients: only all together are bounded.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    proxies: TrustedProxies,
    stop: CancellationToken,
) {
    // Once: each time, all routes are copied.
    let router = router.with_state::<()>(());
    let graceful = GracefulShutdown::new();
    let slots = Arc::new(Semaphore::new(limits.connections));
    let addresses = Addresses::new(limits.connections / SHARE_OF_ONE_ADDRESS, proxies);
    let next = async || {
        let slot = slots.clone().acquire_owned().await;
        let (stream, peer) = accept(&listener).await;
        (slot, stream, peer)
    };
    while let Some((slot, stream, peer)) = stop.run_until_cancelled(next()).await {
        let Some(place) = addresses.admit(peer.ip()) else { continue };
        if let Err(error) = prepare(&stream) {
            tracing::debug!(error = %error, "A connection's options could not be set");
        }
        let answering = answer(stream, peer, router.clone(), limits, graceful.watcher());
        tokio::spawn(async move {
            answering.await;
            drop((slot, place));
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(error = %error, "Connections cannot be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Whether the connection was gone before it was accepted.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

fn prepare(stream: &TcpStream) -> io::Result<()> {
    // Small writes of a streamed page would otherwise wait 40 ms for delayed acknowledgements.
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(UNREAD))?;
    socket.set_send_buffer_size(SEND_BUFFER_BYTES)
}

async fn answer(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    limits: Limits,
    watcher: Watcher,
) {
    let has_asked = Arc::new(AtomicBool::new(false));
    let service = {
        let has_asked = has_asked.clone();
        service_fn(move |request: Request<Incoming>| {
            has_asked.store(true, Ordering::Relaxed);
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            request.extensions_mut().insert(limits);
            let mut router = router.clone();
            async move { Ok::<_, Infallible>(router.call(request).await.unwrap_or_default()) }
        })
    };
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.next_request)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let silence = async {
        tokio::time::sleep(limits.first_request).await;
        if has_asked.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        answered = watcher.watch(connection) => {
            if let Err(error) = answered {
                tracing::trace!(error = %error, "A connection broke");
            }
        }
        () = silence => {}
    }
}

/// How many connections each address has. Cheap to clone.
#[derive(Clone, Debug)]
struct Addresses {
    most: usize,
    proxies: Arc<TrustedProxies>,
    // A std mutex: it is never held across an await.
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// One of an address's connections.
struct Place {
    addresses: Addresses,
    address: IpAddr,
}

impl Addresses {
    fn new(most: usize, proxies: TrustedProxies) -> Self {
        Self { most, proxies: Arc::new(proxies), open: Arc::default() }
    }

    /// Counts one more; nothing if there are too many. A proxy has as many as all of its clients, and
    /// one on the same machine may not have been named.
    fn admit(&self, peer: IpAddr) -> Option<Place> {
        let address = one_of_a_client(peer);
        let mut open = self.open();
        let count = open.entry(address).or_default();
        let is_proxy = peer.to_canonical().is_loopback() || self.proxies.contains(peer);
        if *count >= self.most && !is_proxy {
            return None;
        }
        *count += 1;
        Some(Place { addresses: self.clone(), address })
    }

    fn open(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        // Nothing that holds the lock can leave the map half changed.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.addresses.open();
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}

/// What stands for all addresses of one client: with IPv6 it has at least a network of 2^64.
fn one_of_a_client(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) if !address.is_loopback() => {
            let network = u128::from(address) >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from(network))
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn connections_of_one_client_are_limited_and_leave_room_for_others() {
        let addresses = Addresses::new(2, TrustedProxies::default());
        for (one, other) in [("10.0.0.1", "10.0.0.2"), ("2001:db8::1", "2001:db8:0:1::1")] {
            let first = addresses.admit(address(one));
            let second = addresses.admit(address(one));
            assert!(first.is_some() && second.is_some());
            assert!(addresses.admit(address(one)).is_none());
            assert!(addresses.admit(address(other)).is_some());

            drop(first);
            assert!(addresses.admit(address(one)).is_some());
        }
        assert!(addresses.open().is_empty(), "nothing is kept of who is gone");
    }

    #[test]
    fn connections_of_one_client_are_counted_together_whatever_address_it_takes() {
        for (one, other, together) in [
            ("2001:db8::1", "2001:db8::ffff:2", true),
            ("::ffff:10.0.0.1", "10.0.0.1", true),
            ("10.0.0.1", "10.0.0.2", false),
            ("2001:db8::1", "2001:db8:0:1::1", false),
        ] {
            let same = one_of_a_client(address(one)) == one_of_a_client(address(other));
            assert_eq!(same, together, "{one} and {other}");
        }
    }

    #[test]
    fn connections_of_a_proxy_are_those_of_its_clients() {
        let proxies = TrustedProxies::parse("10.0.0.0/8").expect("a network");
        let addresses = Addresses::new(1, proxies);
        let places: Vec<_> = ["127.0.0.1", "::1", "10.0.0.1", "::ffff:10.0.0.1"]
            .repeat(5)
            .iter()
            .map(|it| addresses.admit(address(it)))
            .collect();
        assert!(places.iter().all(Option::is_some));
    }

    #[test]
    fn connections_leave_files_for_everything_else() {
        let connections = |files| Limits::for_files(files).connections;
        assert_eq!(connections(1_024), 896);
        assert_eq!(connections(1_048_576), 20_000);
        assert_eq!(connections(100), 128, "even so few are enough for a party");
    }
}
