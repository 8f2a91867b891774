//! A connection on which anything can be said, whether it is HTTP or not.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use super::TOO_LONG;

/// A connection as anybody can open it.
pub(crate) struct Raw {
    stream: TcpStream,
    unread: Vec<u8>,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct RawAnswer {
    pub(crate) status: u16,
    pub(crate) body: String,
    head: String,
}

impl RawAnswer {
    /// A header, named in small letters, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        let found = lines.find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value.trim())
    }
}

impl Raw {
    pub(crate) async fn open(url: &str) -> Self {
        let address = url.trim_start_matches("http://");
        let stream = TcpStream::connect(address).await.expect("a connection");
        Self { stream, unread: Vec::new() }
    }

    /// Says this, or as much of it as the server hears before it hangs up.
    pub(crate) async fn says_what_is_heard(&mut self, bytes: &[u8]) {
        let (mut reading, mut writing) = self.stream.split();
        let writes = writing.write_all(bytes);
        tokio::pin!(writes);
        // It may answer and not read on: what it says is taken meanwhile.
        loop {
            tokio::select! {
                _ = &mut writes => return,
                read = reading.read_buf(&mut self.unread) => if read.unwrap_or_default() == 0 {
                    return;
                },
            }
        }
    }

    /// The next answer; none if the server hangs up instead.
    pub(crate) async fn answer(&mut self) -> Option<RawAnswer> {
        let head = loop {
            if let Some(end) = find(&self.unread, b"\r\n\r\n") {
                let rest = self.unread.split_off(end + 4);
                break String::from_utf8(std::mem::replace(&mut self.unread, rest)).expect("text");
            }
            self.reads().await?;
        };
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let mut answer = RawAnswer { status: status.expect("a status"), body: String::new(), head };
        let length = answer.header("content-length").parse().unwrap_or_default();
        while self.unread.len() < length {
            self.reads().await?;
        }
        let rest = self.unread.split_off(length);
        let body = std::mem::replace(&mut self.unread, rest);
        answer.body = String::from_utf8(body).expect("text");
        Some(answer)
    }

    async fn reads(&mut self) -> Option<()> {
        let read = timeout(TOO_LONG, self.stream.read_buf(&mut self.unread)).await;
        (read.expect("an answer, or its end").unwrap_or_default() > 0).then_some(())
    }
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}
