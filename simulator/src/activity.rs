//! How many requests await their answer, so that tests know when nothing is on its way.

use tokio::sync::watch;

/// The requests that have arrived at the accounts service or the Web API and are not answered yet.
/// A request stops counting once the head of its answer is ready, or its client has closed the connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    /// Those on the way to their answer, delayed ones included.
    pub in_progress: usize,
    /// Those held back by [`Effect::Hang`](crate::Effect::Hang); once released, they are in progress again.
    pub hanging: usize,
}

/// One request in the [`Activity`]. Dropping it ends the request, whether it was answered or its client went away.
pub(crate) struct Pending<'a> {
    activity: &'a watch::Sender<Activity>,
    hangs: bool,
}

impl<'a> Pending<'a> {
    /// A request in progress.
    pub(crate) fn new(activity: &'a watch::Sender<Activity>) -> Self {
        activity.send_modify(|activity| activity.in_progress += 1);
        Self { activity, hangs: false }
    }

    /// Moves the request from those in progress to those hanging, or back.
    pub(crate) fn set_hanging(&mut self, hangs: bool) {
        self.activity.send_modify(|activity| {
            *count(activity, self.hangs) -= 1;
            *count(activity, hangs) += 1;
        });
        self.hangs = hangs;
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        self.activity.send_modify(|activity| *count(activity, self.hangs) -= 1);
    }
}

fn count(activity: &mut Activity, hangs: bool) -> &mut usize {
    if hangs { &mut activity.hanging } else { &mut activity.in_progress }
}
