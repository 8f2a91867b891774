//! Requests as bytes, and whatever is answered to them.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// A connection that is kept open for as long as both sides want.
pub(crate) struct Connection {
    stream: TcpStream,
    unread: Vec<u8>,
    /// Whether nothing more can be asked over it.
    pub(crate) is_over: bool,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    head: String,
}

impl Answer {
    /// The values of a header, named in small letters.
    pub(crate) fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// The first value of a header, or nothing.
    pub(crate) fn header(&self, name: &str) -> String {
        self.headers(name).next().unwrap_or_default().to_owned()
    }

    /// Where it leads to.
    pub(crate) fn location(&self) -> String {
        self.header("location")
    }

    /// Whether what was asked for was done: to a form that was refused, its page's address says why.
    pub(crate) fn is_done(&self) -> bool {
        self.status < 300 || (self.status < 400 && !self.location().contains("__err="))
    }
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, unread: Vec::new(), is_over: false })
    }

    /// Sends a request; what is answered within `patience`, or nothing if the other side hangs up or
    /// waits for more.
    pub(crate) async fn exchange(&mut self, bytes: &[u8], patience: Duration) -> Option<Answer> {
        let is_head = bytes.starts_with(b"HEAD ");
        let exchange = async {
            self.write(bytes).await;
            self.read_answer(is_head).await
        };
        let answer = timeout(patience, exchange).await.unwrap_or_default();
        let closes = |answer: &Answer| answer.header("connection").eq_ignore_ascii_case("close");
        self.is_over |= answer.as_ref().is_none_or(closes) || !self.unread.is_empty();
        answer
    }

    /// Writes as much as the other side reads, and keeps what it says meanwhile.
    async fn write(&mut self, bytes: &[u8]) {
        let (mut reading, mut writing) = self.stream.split();
        let writes = writing.write_all(bytes);
        tokio::pin!(writes);
        loop {
            tokio::select! {
                _ = &mut writes => return,
                read = reading.read_buf(&mut self.unread) => if read.unwrap_or_default() == 0 {
                    return;
                },
            }
        }
    }

    async fn read_answer(&mut self, is_head: bool) -> Option<Answer> {
        let head = loop {
            let head = self.line(b"\r\n\r\n").await?;
            let head = String::from_utf8_lossy(&head).into_owned();
            if !head.starts_with("HTTP/1.1 1") {
                break head;
            }
        };
        let status = head.get(9..12)?.parse().ok()?;
        let mut answer = Answer { status, body: Vec::new(), head };
        let is_bodiless = is_head || matches!(status, 204 | 304);
        if is_bodiless {
            return Some(answer);
        }
        if answer.header("content-type") == "text/event-stream" {
            // It goes on for ever: its beginning is enough.
            self.is_over = true;
            self.line(b"\n\n").await?;
        } else if answer.header("transfer-encoding") == "chunked" {
            while let Some(chunk) = self.chunk().await? {
                answer.body.extend(chunk);
            }
        } else {
            let length = answer.header("content-length").parse().unwrap_or_default();
            answer.body = self.exactly(length).await?;
        }
        Some(answer)
    }

    async fn chunk(&mut self) -> Option<Option<Vec<u8>>> {
        let line = self.line(b"\r\n").await?;
        let length = usize::from_str_radix(std::str::from_utf8(&line).ok()?.trim(), 16).ok()?;
        let chunk = self.exactly(length).await?;
        self.exactly(2).await?;
        Some((length > 0).then_some(chunk))
    }

    /// Everything up to `mark`, and that too.
    async fn line(&mut self, mark: &[u8]) -> Option<Vec<u8>> {
        loop {
            let end = self.unread.windows(mark.len()).position(|window| window == mark);
            if let Some(end) = end {
                return Some(self.unread.drain(..end + mark.len()).collect());
            }
            self.more().await?;
        }
    }

    async fn exactly(&mut self, length: usize) -> Option<Vec<u8>> {
        while self.unread.len() < length {
            self.more().await?;
        }
        Some(self.unread.drain(..length).collect())
    }

    async fn more(&mut self) -> Option<()> {
        let read = self.stream.read_buf(&mut self.unread).await.unwrap_or_default();
        (read > 0).then_some(())
    }
}
