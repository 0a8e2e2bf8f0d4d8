#![doc = include_str!("../README.md")]

pub mod fixture;
pub mod measure;
mod recordings;
