//! The subcommands, a file each.

pub(crate) mod doctor;
mod file;
pub(crate) mod generate;
pub(crate) mod ls;
pub(crate) mod pull;

/// How a command ended.
pub(crate) enum Done {
    Well,
    Differs,
}

pub(crate) type Result = std::result::Result<Done, Box<dyn std::error::Error>>;
