//! A small HTTP/1.1 client for servers on this machine. It shares the cores with what it measures:
//! it must cost little.

use std::net::SocketAddr;

use anyhow::{Context as _, bail, ensure};
use bytes::{Buf as _, Bytes, BytesMut};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// What one read can bring.
const READ: usize = 16 * 1024;

/// A kept-alive connection.
pub struct Connection {
    stream: TcpStream,
    /// What was read and not yet used.
    unused: BytesMut,
}

/// Status line and headers of an answer.
pub struct Head {
    /// The status.
    pub status: u16,
    text: String,
}

/// An answer.
pub struct Answer {
    /// What precedes the body.
    pub head: Head,
    /// The body, still compressed if the head says so.
    pub body: Bytes,
}

/// A request to `host`, as its bytes; an empty `body` is none.
pub fn request(
    host: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Vec<u8> {
    let mut text = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if method != "GET" {
        text.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}

/// Sends one request over a connection of its own.
///
/// # Errors
/// If there is no answer, or it refuses.
pub async fn ask(address: SocketAddr, request: &[u8]) -> anyhow::Result<Answer> {
    let mut connection = Connection::open(address).await?;
    connection.send(request).await?;
    let line = || String::from_utf8_lossy(request).lines().next().unwrap_or_default().to_owned();
    connection.answer().await.with_context(line)
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// If nobody listens there.
    pub async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, unused: BytesMut::new() })
    }

    /// Sends a request.
    ///
    /// # Errors
    /// If the other side hung up.
    pub async fn send(&mut self, request: &[u8]) -> anyhow::Result<()> {
        Ok(self.stream.write_all(request).await?)
    }

    /// Reads the whole answer to the request sent before.
    ///
    /// # Errors
    /// If there is none, or it refuses.
    pub async fn answer(&mut self) -> anyhow::Result<Answer> {
        let answer = self.any_answer().await?;
        if answer.head.status >= 400 {
            let body = String::from_utf8_lossy(&answer.body);
            bail!("answered {}: {body}", answer.head.status);
        }
        Ok(answer)
    }

    /// The same, whatever it is.
    ///
    /// # Errors
    /// If there is none.
    pub async fn any_answer(&mut self) -> anyhow::Result<Answer> {
        let head = self.head().await?;
        let body = match head.header("content-length") {
            Some(length) => self.exactly(length.parse()?).await?,
            None if head.status == 204 => Bytes::new(),
            None => {
                let mut body = BytesMut::new();
                while let Some(chunk) = self.chunk().await? {
                    body.extend_from_slice(&chunk);
                }
                body.freeze()
            }
        };
        Ok(Answer { head, body })
    }

    /// Reads an answer up to its body.
    ///
    /// # Errors
    /// If there is none.
    pub async fn head(&mut self) -> anyhow::Result<Head> {
        let end = self.find(b"\r\n\r\n").await?;
        let text = String::from_utf8(self.unused.split_to(end).to_vec())?;
        self.unused.advance(4);
        let status = text.split(' ').nth(1).context("an answer without a status")?.parse()?;
        Ok(Head { status, text })
    }

    /// Reads the next chunk of a chunked body; none at its end.
    ///
    /// # Errors
    /// If the body breaks off.
    pub async fn chunk(&mut self) -> anyhow::Result<Option<Bytes>> {
        let end = self.find(b"\r\n").await?;
        let size = usize::from_str_radix(std::str::from_utf8(&self.unused[..end])?, 16)?;
        self.unused.advance(end + 2);
        let chunk = self.exactly(size).await?;
        self.exactly(2).await?;
        Ok((size > 0).then_some(chunk))
    }

    async fn exactly(&mut self, size: usize) -> anyhow::Result<Bytes> {
        while self.unused.len() < size {
            self.read().await?;
        }
        Ok(self.unused.split_to(size).freeze())
    }

    async fn find(&mut self, mark: &[u8]) -> anyhow::Result<usize> {
        loop {
            let found = self.unused.windows(mark.len()).position(|window| window == mark);
            if let Some(position) = found {
                return Ok(position);
            }
            self.read().await?;
        }
    }

    async fn read(&mut self) -> anyhow::Result<()> {
        self.unused.reserve(READ);
        ensure!(self.stream.read_buf(&mut self.unused).await? > 0, "the other side hung up");
        Ok(())
    }
}

impl Head {
    /// The value of a header, named in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.text.lines().skip(1).filter_map(|line| line.split_once(':'));
        headers.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
}
