//! What a successful response of the token endpoint says.

use std::borrow::Cow;

use notion_core::Token;
use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroizing;

use super::{Details, Fields, Owner, RefreshToken};
use crate::id::{BotId, WorkspaceId};
use crate::wipe::Text;

/// Notion's tokens have some 50 bytes.
const MAX_TOKEN: usize = 2 << 10;

/// Strict about what a grant cannot be without, and about nothing else: a response that is refused for a field that
/// is only shown is a user who has to come again.
///
/// Source: <https://developers.notion.com/reference/create-a-token>.
#[derive(Deserialize)]
struct Reply<'a> {
    #[serde(borrow)]
    access_token: Text<'a>,
    #[serde(borrow)]
    token_type: Cow<'a, str>,
    #[serde(borrow, default)]
    refresh_token: Option<Text<'a>>,
    #[serde(borrow)]
    bot_id: Cow<'a, str>,
    #[serde(borrow)]
    workspace_id: Cow<'a, str>,
    #[serde(default)]
    workspace_name: Value,
    #[serde(default)]
    workspace_icon: Value,
    #[serde(default)]
    owner: Value,
    #[serde(default)]
    duplicated_template_id: Value,
    #[serde(default)]
    request_id: Value,
}

/// Reads a body, or says what is wrong with it in words that end "the token endpoint answered, but …".
///
/// The errors of serde are not passed on: they quote values.
pub(super) fn read(raw: &str) -> Result<Fields, &'static str> {
    if !raw.trim_start().starts_with('{') {
        return Err("not with a JSON object");
    }
    let reply: Reply<'_> = serde_json::from_str(raw).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => {
            "without a field that a grant needs, or with one twice or of another type"
        }
        _ => "not with valid JSON",
    })?;
    if !reply.token_type.eq_ignore_ascii_case("bearer") {
        return Err("with a token that is no bearer token");
    }
    is_token(&reply.access_token.0)?;
    Ok(Fields {
        access_token: Token::new(&*reply.access_token.0).map_err(|_| "with a token that is none")?,
        refresh_token: match &reply.refresh_token {
            Some(token) => Some(refresh_token(&token.0)?),
            None => None,
        },
        bot_id: BotId::new(reply.bot_id).map_err(|_| "with a bot id that is none")?,
        workspace_id: WorkspaceId::new(reply.workspace_id).map_err(|_| "with a workspace id that is none")?,
        owner: Owner::new(&reply.owner),
        details: Details {
            workspace_name: reply.workspace_name,
            workspace_icon: reply.workspace_icon,
            owner: reply.owner,
            duplicated_template_id: reply.duplicated_template_id,
        },
        request_id: reply.request_id.as_str().map(str::to_owned),
    })
}

fn refresh_token(token: &str) -> Result<RefreshToken, &'static str> {
    is_token(token)?;
    Ok(RefreshToken(Zeroizing::new(token.to_owned())))
}

fn is_token(token: &str) -> Result<(), &'static str> {
    let is_plain = token.bytes().all(|byte| byte.is_ascii_graphic());
    if token.is_empty() || token.len() > MAX_TOKEN || !is_plain {
        return Err("with a token that is none");
    }
    Ok(())
}
