//! Rate limits: how many requests a window of time takes.
//!
//! Windows are fixed, not sliding: a budget may be spent at once, and is whole again when the next window begins. Time is the
//! simulator's, so with a clock that stands still a window lasts until somebody moves the clock on.

mod ledger;
mod settings;

pub(crate) use ledger::Limiter;
pub use settings::RateLimit;
