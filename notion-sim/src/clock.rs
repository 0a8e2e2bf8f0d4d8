//! The simulator's clock: real, or fixed at an instant.

use std::sync::Mutex;

use jiff::Timestamp;

use crate::engine::time;

/// What time it is for the workspace.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    fixed: Mutex<Option<Timestamp>>,
}

impl Clock {
    /// The time now.
    pub(crate) fn now(&self) -> Timestamp {
        self.fixed
            .lock()
            .map_or(None, |fixed| *fixed)
            .unwrap_or_else(Timestamp::now)
    }

    /// Stops the clock at an instant, or lets it run with real time again. Times are written with four digits for the year,
    /// so it does not go back before our era.
    pub(crate) fn set(&self, at: Option<Timestamp>) {
        if let Ok(mut fixed) = self.fixed.lock() {
            *fixed = at.map(|at| at.max(time::EARLIEST));
        }
    }
}
