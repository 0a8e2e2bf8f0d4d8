//! What a crash leaves: programs are killed, halted and cut off at each step of what they do with tokens.
//!
//! The server is the simulator, in this process. The [program](program) that is killed is this test again, in a child that
//! finds a step at which to end in its environment. After that another program recovers what is there, and the
//! [invariants](invariants) are checked.

#![cfg(unix)]

mod alive;
mod child;
mod database;
mod database_disk;
mod disk;
mod exchange;
mod faults;
mod invariants;
mod keys;
mod panicking;
mod pooler;
mod program;
mod recorder;
mod refresh;
mod runner;
mod secrets;
mod site;
mod soak;
mod trace;
mod uninstall;
mod world;
