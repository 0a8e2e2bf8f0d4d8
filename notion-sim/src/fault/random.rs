//! A mix of everything that goes wrong in practice.

use std::time::Duration;

use super::garbage::Garbage;
use super::rule::Fault;

impl Fault {
    /// A mix of faults that strikes this share of all requests, from 0 to 1, without end: limits, overload, server errors, resets,
    /// hangs, cut and broken answers, before and after the change is saved. All kinds are equally likely, and none takes longer
    /// than about a second. The simulator's seed decides.
    pub fn random(rate: f64) -> Vec<Self> {
        let on = || Self::on("*", "/v1/**");
        let mix = [
            on().status(429).header("Retry-After", "1"),
            on().status(429),
            on().status(529).header("Retry-After", "1"),
            on().status(409),
            on().status(500),
            on().status(500).after_commit(),
            on().status(502).garbage(Garbage::Html),
            on().status(503),
            on().status(503).after_commit(),
            on().status(504).after_commit(),
            on().reset(),
            on().reset().after_commit(),
            on().close().after_commit(),
            on().hang(Duration::from_millis(500)),
            on().hang(Duration::from_millis(500)).after_commit(),
            on().truncate(20).after_commit(),
            on().truncate_head(20).reset().after_commit(),
            on().garbage(Garbage::Html).after_commit(),
            on().garbage(Garbage::Empty).after_commit(),
            on().drip(256, Duration::from_millis(5)),
            on().delay(Duration::from_millis(50)),
        ];
        let share = rate / mix.len() as f64;
        // A fault gets only what those before it left, so its chance among these is greater than its share of all.
        let chance = |before: usize| (share / (1.0 - share * before as f64)).clamp(0.0, 1.0);
        mix.into_iter()
            .enumerate()
            .map(|(before, fault)| fault.probability(chance(before)))
            .collect()
    }
}
