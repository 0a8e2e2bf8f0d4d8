//! <https://developers.notion.com/reference/user>

use http::Method;
use serde::Deserialize;

use super::{Effect, Request, Response};
use crate::error::Result;
use crate::id::UserId;

/// The bot that the token acts as.
///
/// Source: <https://developers.notion.com/reference/get-self>.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bot {
    /// The bot's id: the `bot_id` of an authorization.
    pub id: UserId,
    /// The connection's name.
    pub name: Option<String>,
    /// The workspace's id.
    pub workspace_id: Option<String>,
    /// The workspace's name.
    pub workspace_name: Option<String>,
}

/// <https://developers.notion.com/reference/get-self>
pub(crate) fn me() -> Result<Request> {
    Request::new(
        "GET /v1/users/me",
        Effect::Read,
        Method::GET,
        "/v1/users/me",
        None,
    )
}

pub(crate) fn read(response: &Response) -> Result<Bot> {
    #[derive(Deserialize)]
    struct User {
        id: UserId,
        name: Option<String>,
        #[serde(default)]
        bot: Details,
    }
    #[derive(Default, Deserialize)]
    struct Details {
        workspace_id: Option<String>,
        workspace_name: Option<String>,
    }
    let User {
        id,
        name,
        bot: Details {
            workspace_id,
            workspace_name,
        },
    } = response.json()?;
    Ok(Bot {
        id,
        name,
        workspace_id,
        workspace_name,
    })
}
