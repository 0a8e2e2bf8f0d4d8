use std::fmt;

use notion_core::UserId;
use serde_json::Value;

/// On whose behalf a connection acts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Owner {
    /// One user. Every further member of the workspace authorizes the connection separately.
    User(Person),
    /// The whole workspace, as for internal connections and public ones of before October 2021.
    Workspace,
    /// An owner of a form that this version does not know. The response has it in full.
    Unknown,
}

/// The user who authorized a connection.
///
/// Without the capability to read user information there is only the id. `Debug` shows only that too.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Person {
    /// The user's id.
    pub id: Option<UserId>,
    /// The user's name.
    pub name: Option<String>,
    /// The user's e-mail address.
    pub email: Option<String>,
    /// A picture. It is not trusted, so do not fetch it on a server.
    pub avatar_url: Option<String>,
}

impl Owner {
    /// Takes every form that Notion has used: tagged by `type` or not, with all of the user or only the id.
    pub(crate) fn new(owner: &Value) -> Self {
        let kind = owner.get("type").and_then(Value::as_str);
        let user = owner.get("user").filter(|user| user.is_object());
        match (kind, user) {
            (Some("user") | None, Some(user)) => Self::User(Person::new(user)),
            (Some("workspace"), _) => Self::Workspace,
            (None, None) if owner.get("workspace") == Some(&Value::Bool(true)) => Self::Workspace,
            _ => Self::Unknown,
        }
    }

    /// The user's id, if it is a user.
    #[must_use]
    pub fn id(&self) -> Option<UserId> {
        match self {
            Self::User(person) => person.id,
            Self::Workspace | Self::Unknown => None,
        }
    }
}

impl Person {
    fn new(user: &Value) -> Self {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        Self {
            id: user
                .get("id")
                .and_then(Value::as_str)
                .and_then(|id| id.parse().ok()),
            name: text(user.get("name")),
            email: text(user.get("person").and_then(|person| person.get("email"))),
            avatar_url: text(user.get("avatar_url")),
        }
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "e79a0b74-3aba-4149-9f74-0bb5791a6ee6";

    #[test]
    fn s003_5_s004_8_all_forms_of_an_owner() {
        let full = json!({"object": "user", "id": ID, "type": "person", "name": "Ada", "avatar_url": null,
            "person": {"email": "ada@example.com", "email_verified": true}});
        let ada = Person {
            id: Some(ID.parse().unwrap()),
            name: Some("Ada".to_owned()),
            email: Some("ada@example.com".to_owned()),
            avatar_url: None,
        };
        let partial = Person {
            id: ada.id,
            name: None,
            email: None,
            avatar_url: None,
        };
        for (owner, expected) in [
            (json!({"type": "user", "user": full}), Owner::User(ada.clone())),
            (json!({"user": full}), Owner::User(ada)),
            (
                json!({"type": "user", "user": {"object": "user", "id": ID}}),
                Owner::User(partial),
            ),
            (json!({"type": "workspace", "workspace": true}), Owner::Workspace),
            (json!({"workspace": true}), Owner::Workspace),
            (json!({"type": "team", "team": {"id": ID}}), Owner::Unknown),
            (json!({"type": "user"}), Owner::Unknown),
            (json!("somebody"), Owner::Unknown),
            (json!(null), Owner::Unknown),
        ] {
            assert_eq!(Owner::new(&owner), expected, "{owner}");
        }
    }
}
