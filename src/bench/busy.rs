//! How busy the server was while something was measured, and this program, which could be what
//! the figures are about instead.

use std::time::{Duration, Instant};

use crate::processes::{Processes, cpu_time};

/// From this share of a core on, this program is what limits a figure.
const LIMIT: f64 = 0.9;

/// CPU time of both, over everything measured.
pub struct Busy<'a> {
    processes: &'a Processes,
    server: Duration,
    client: Duration,
    elapsed: Duration,
}

/// A moment from which on both are watched.
pub struct Mark {
    server: Duration,
    client: Duration,
    at: Instant,
}

impl<'a> Busy<'a> {
    /// Nothing measured yet.
    pub fn new(processes: &'a Processes) -> Self {
        let [server, client, elapsed] = [Duration::ZERO; 3];
        Self { processes, server, client, elapsed }
    }

    /// Begins to watch.
    ///
    /// # Errors
    /// Where the system does not tell as Linux does.
    pub fn mark(&self) -> anyhow::Result<Mark> {
        let client = cpu_time("self")?;
        Ok(Mark { server: self.processes.cpu_time()?, client, at: Instant::now() })
    }

    /// Adds what was used since `mark`.
    ///
    /// # Errors
    /// Where the system does not tell as Linux does.
    pub fn add_since(&mut self, mark: &Mark) -> anyhow::Result<()> {
        self.elapsed += mark.at.elapsed();
        self.server += self.processes.cpu_time()?.saturating_sub(mark.server);
        self.client += cpu_time("self")?.saturating_sub(mark.client);
        Ok(())
    }

    /// What part of one core the server used.
    pub fn server_share(&self) -> f64 {
        self.server.as_secs_f64() / self.elapsed.as_secs_f64()
    }

    /// A remark for the report if this program limited the figure; empty otherwise.
    pub fn remark(&self) -> String {
        let client = self.client.as_secs_f64() / self.elapsed.as_secs_f64();
        if client < LIMIT {
            return String::new();
        }
        format!(
            "; the load client was the limit, using {:.0} % of a core where the server used {:.0} %",
            client * 100.0,
            self.server_share() * 100.0,
        )
    }
}
