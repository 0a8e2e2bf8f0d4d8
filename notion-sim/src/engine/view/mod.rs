//! Views: the record ([`record`]), what a request says about one ([`input`]), its filters and sorts ([`criteria`]), its
//! configuration ([`layout`], [`group`]), the grid of a dashboard ([`dashboard`]), and where views are ([`tabs`]).

mod criteria;
mod dashboard;
mod grammar;
mod group;
mod input;
mod layout;
mod record;
mod tabs;

pub(crate) use dashboard::Placement;
pub(crate) use input::ViewInput;
pub(crate) use record::{DASHBOARD, LAYOUTS, View};
pub(crate) use tabs::Position;
