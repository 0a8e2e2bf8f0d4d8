//! Work that goes on when nobody waits for it any more.

use std::time::Duration;

use tokio::task::JoinHandle;

use super::Workspaces;
use crate::error::{Error, ErrorKind, Result};

impl Workspaces {
    /// Waits until nothing is under way any more: before a program ends, after it has stopped to take requests.
    ///
    /// Then these [`Workspaces`] end no flow, refresh no token and install nothing any more. What is not done by the deadline goes on for as long as
    /// the program does. If it ends in the middle, nothing is lost that a crash would not lose either:
    /// [`recover`](Self::recover) goes on with it.
    ///
    /// # Errors
    /// [`Busy`](ErrorKind::Busy) when something was not done by the deadline, and [`Store`](ErrorKind::Store) when an answer
    /// of Notion can be written nowhere, so that it ends with the program.
    pub async fn shutdown(&self, deadline: Duration) -> Result<()> {
        let tasks = &self.inner.tasks;
        tasks.close();
        let is_done = tokio::time::timeout(deadline, tasks.wait()).await.is_ok();
        for name in self.spool().held() {
            // It tells what goes wrong, and what is held afterwards tells the rest.
            let _ = self.replay_alone(&name).await;
        }
        let held = self.spool().held().len();
        if held > 0 {
            return Err(Error::new(
                ErrorKind::Store,
                format!("answers of Notion are in memory alone, and end with the program: {held}"),
            )
            .with_hint("Let it run on until they can be written, and call this again. Look for a store or disk that is away, or a hook that hangs."));
        }
        if !is_done {
            let left = tasks.len();
            return Err(Error::new(
                ErrorKind::Busy,
                format!("{left} tasks were not done after {deadline:?}"),
            )
            .with_hint("What they do is gone on with when the store is opened the next time."));
        }
        Ok(())
    }

    /// Does work in a task of its own, so that it is not cut short when its caller is dropped.
    pub(super) async fn detached<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        self.spawn(work)?
            .await
            .unwrap_or_else(|error| Err(cut_short(error)))
    }

    /// Begins work in a task of its own.
    pub(super) fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<JoinHandle<T>> {
        if self.inner.tasks.is_closed() {
            return Err(Error::new(ErrorKind::Busy, "the program is shutting down")
                .with_hint("Nothing was begun: ask again when it runs again."));
        }
        Ok(self.inner.tasks.spawn(work))
    }
}

/// A task that panicked, or whose runtime ended.
pub(super) fn cut_short(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::System, "what was under way was cut short").with_source(error)
}
