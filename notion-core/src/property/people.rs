use std::fmt::Display;

use notion_schema::Kind as SchemaKind;
use notion_schema::json::{Reader, Writer};
use uuid::Uuid;

use super::{HasKind, Property, ReadError, WritableProperty, WriteError, at_most, object, without};
use crate::id::UserId;
use crate::kind::{CreatedBy, LastEditedBy, People};

/// A person, bot or group that a value refers to.
///
/// Notion leaves out what the connection may not know: without the capability to read user information
/// only the id is there. The same is all that is left of a person who was removed from the workspace.
///
/// ```
/// use notion_core::{AnyRow, UserKind, UserRef, kind};
///
/// let row = AnyRow::from_json(r#"{
///     "object": "page", "id": "b55c9c91-384d-452b-81db-d1ef79372b75", "created_time": "2026-11-20T09:00:00.000Z",
///     "properties": {"Owner": {"id": "o", "type": "people", "people": [
///         {"object": "user", "id": "c4a7b3d0-e0b9-4b0b-9f0c-8c1e7a2d3f4a", "name": "Ada", "avatar_url": null,
///          "type": "person", "person": {"email": "ada@example.com"}},
///         {"object": "group", "id": "5f1d1e0a-6c1b-4a52-8f0e-2d3c4b5a6978", "name": "Crew"}
///     ]}}
/// }"#)?;
/// let owners: Vec<UserRef> = row.read::<kind::People, _>("Owner")?;
/// assert_eq!(owners[0].email(), Some("ada@example.com"));
/// assert_eq!(owners[1].kind, UserKind::Group);
/// # Ok::<(), notion_core::Error>(())
/// ```
///
/// Source: <https://developers.notion.com/reference/user>.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct UserRef {
    /// The user's id, which is all that a write needs.
    pub id: UserId,
    /// The display name.
    pub name: Option<String>,
    /// The address of the picture.
    pub avatar_url: Option<String>,
    /// Who or what it is.
    pub kind: UserKind,
}

/// Who or what a [`UserRef`] refers to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum UserKind {
    /// Notion does not say.
    #[default]
    Unknown,
    /// A person.
    #[non_exhaustive]
    Person {
        /// The e-mail address, if the connection may know it.
        email: Option<String>,
        /// Whether the person has shown that the address is theirs.
        email_verified: Option<bool>,
    },
    /// A bot.
    #[non_exhaustive]
    Bot {
        /// What Notion says of it, as its JSON: its owner and workspace for the bot of this connection, `{}` for others.
        json: Box<str>,
    },
    /// A group of people.
    Group,
    /// A kind of user that this version does not know.
    #[non_exhaustive]
    Other {
        /// What the API calls it.
        type_name: Box<str>,
        /// What Notion says of it, as its JSON.
        json: Option<Box<str>>,
    },
}

impl UserRef {
    /// A reference to a person or bot by id.
    #[must_use]
    pub fn new(id: UserId) -> Self {
        Self {
            id,
            name: None,
            avatar_url: None,
            kind: UserKind::Unknown,
        }
    }

    /// A reference to a group by id.
    #[must_use]
    pub fn group(id: UserId) -> Self {
        Self {
            kind: UserKind::Group,
            ..Self::new(id)
        }
    }

    /// The e-mail address of a person, if the connection may know it.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        match &self.kind {
            UserKind::Person { email, .. } => email.as_deref(),
            _ => None,
        }
    }
}

impl From<UserId> for UserRef {
    fn from(id: UserId) -> Self {
        Self::new(id)
    }
}

impl Property<People> for Vec<UserRef> {
    type Operand = UserRef;

    fn blank() -> Self {
        Self::new()
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        self.clear();
        json.begin_array()?;
        while json.element()? {
            self.push(user(json)?);
        }
        Ok(())
    }
}

/// Who is named twice is written once.
impl WritableProperty<People> for Vec<UserRef> {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        let users: Vec<_> = self
            .iter()
            .enumerate()
            .filter(|(at, user)| !self[..*at].iter().any(|before| before.id == user.id))
            .map(|(_, user)| user)
            .collect();
        at_most(users.len(), "people")?;
        json.begin_array();
        for user in users {
            json.begin_object();
            if user.kind == UserKind::Group {
                json.key("object").string("group");
            }
            json.key("id").display(user.id);
            json.end_object();
        }
        json.end_array();
        Ok(())
    }
}

impl HasKind for Vec<UserRef> {
    type Kind = People;
}

macro_rules! authors {
    ($($kind:ty)*) => {$(
        impl Property<$kind> for UserRef {
            type Operand = Self;

            fn blank() -> Self {
                Self::new(Uuid::nil().into())
            }

            fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
                if json.null() {
                    return Err(ReadError::Empty);
                }
                *self = user(json)?;
                Ok(())
            }

            fn read_kind(&mut self, kind: SchemaKind, json: &mut Reader<'_>) -> Option<Result<(), ReadError>> {
                is_author(kind).then(|| Property::<$kind>::read(self, json))
            }
        }

        /// The id alone.
        impl Property<$kind> for UserId {
            type Operand = UserRef;

            fn blank() -> Self {
                Uuid::nil().into()
            }

            fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
                let mut user = UserRef::new(*self);
                Property::<$kind>::read(&mut user, json)?;
                *self = user.id;
                Ok(())
            }

            fn read_kind(&mut self, kind: SchemaKind, json: &mut Reader<'_>) -> Option<Result<(), ReadError>> {
                is_author(kind).then(|| Property::<$kind>::read(self, json))
            }
        }
    )*};
}

authors! { CreatedBy LastEditedBy }

fn is_author(kind: SchemaKind) -> bool {
    matches!(kind, SchemaKind::CreatedBy | SchemaKind::LastEditedBy)
}

/// Reads a user.
pub(super) fn user(json: &mut Reader<'_>) -> Result<UserRef, ReadError> {
    let start = json.mark();
    let nobody = Uuid::nil().into();
    let mut user = UserRef::new(nobody);
    let keys = ["object", "id", "name", "avatar_url", "type", "person"];
    object(json, &keys, |key, json| {
        match key {
            "object" => {
                if json.string()? == "group" {
                    user.kind = UserKind::Group;
                }
            }
            "id" => user.id = id(json)?,
            "name" => user.name = optional(json)?,
            "avatar_url" => user.avatar_url = optional(json)?,
            "type" if json.null() => {}
            "type" => user.kind.is_called(&json.string()?),
            "person" if json.peek() == Some(b'{') => user.kind = person(json)?,
            "bot" => {
                user.kind = UserKind::Bot {
                    json: json.raw()?.into(),
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    if user.id == nobody {
        return Err(without("a person", "id"));
    }
    if let UserKind::Other {
        type_name,
        json: details,
    } = &mut user.kind
    {
        let end = json.mark();
        json.rewind(start);
        object(json, &[], |key, json| {
            if *key == **type_name {
                *details = Some(json.raw()?.into());
            }
            Ok(*key == **type_name)
        })?;
        json.rewind(end);
    }
    Ok(user)
}

impl UserKind {
    /// Takes in what Notion calls it, where nothing more telling was read.
    fn is_called(&mut self, type_name: &str) {
        match (&*self, type_name) {
            (Self::Person { .. }, "person") | (Self::Bot { .. }, "bot") => {}
            (_, "person") => {
                *self = Self::Person {
                    email: None,
                    email_verified: None,
                }
            }
            (_, "bot") => *self = Self::Bot { json: "{}".into() },
            _ => {
                *self = Self::Other {
                    type_name: type_name.into(),
                    json: None,
                }
            }
        }
    }
}

fn person(json: &mut Reader<'_>) -> Result<UserKind, ReadError> {
    let (mut email, mut email_verified) = (None, None);
    object(json, &["email"], |key, json| {
        match key {
            "email" => email = optional(json)?,
            "email_verified" if !json.null() => email_verified = Some(json.bool()?),
            "email_verified" => {}
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    Ok(UserKind::Person {
        email,
        email_verified,
    })
}

/// An id that Notion wrote.
pub(super) fn id<T: From<Uuid>>(json: &mut Reader<'_>) -> Result<T, ReadError> {
    let text = json.string()?;
    let id = Uuid::try_parse(&text)
        .map_err(|_| ReadError::Unfit(format!("holds `{text}` where an id belongs")))?;
    Ok(id.into())
}

pub(super) fn write_ids<T: Display>(ids: impl IntoIterator<Item = T>, json: &mut Writer) {
    json.begin_array();
    for id in ids {
        json.begin_object();
        json.key("id").display(id);
        json.end_object();
    }
    json.end_array();
}

/// A text that may be `null`.
pub(super) fn optional(json: &mut Reader<'_>) -> Result<Option<String>, ReadError> {
    if json.null() {
        Ok(None)
    } else {
        Ok(Some(json.string()?.into_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{read, written};
    use super::*;

    const ID: &str = "c4a7b3d0-e0b9-4b0b-9f0c-8c1e7a2d3f4a";

    fn user(members: &str) -> UserRef {
        read::<CreatedBy, _>(&format!(r#"{{"object":"user","id":"{ID}"{members}}}"#)).unwrap()
    }

    #[test]
    fn every_user_is_read() {
        let id: UserId = ID.parse().unwrap();
        let person = |email: Option<&str>, email_verified| UserKind::Person {
            email: email.map(str::to_owned),
            email_verified,
        };
        for (members, name, kind) in [
            ("", None, UserKind::Unknown),
            (
                r#","name":null,"avatar_url":null,"type":null"#,
                None,
                UserKind::Unknown,
            ),
            (
                r#","name":"Ada","avatar_url":null,"type":"person","person":{"email":"a@x.y","email_verified":true}"#,
                Some("Ada"),
                person(Some("a@x.y"), Some(true)),
            ),
            (
                r#","name":"Ada","person":{},"type":"person""#,
                Some("Ada"),
                person(None, None),
            ),
            (
                r#","name":"Ada","type":"person""#,
                Some("Ada"),
                person(None, None),
            ),
            (
                r#","name":"B","type":"bot","bot":{}"#,
                Some("B"),
                UserKind::Bot { json: "{}".into() },
            ),
            (
                r#","type":"bot","bot":{"owner":{"type":"workspace","workspace":true}}"#,
                None,
                UserKind::Bot {
                    json: r#"{"owner":{"type":"workspace","workspace":true}}"#.into(),
                },
            ),
            (r#","type":"bot""#, None, UserKind::Bot { json: "{}".into() }),
            (
                r#","agent":{"model":"x"},"type":"agent""#,
                None,
                UserKind::Other {
                    type_name: "agent".into(),
                    json: Some(r#"{"model":"x"}"#.into()),
                },
            ),
        ] {
            let expected = UserRef {
                name: name.map(str::to_owned),
                kind,
                ..UserRef::new(id)
            };
            assert_eq!(user(members), expected, "{members}");
        }
        assert_eq!(
            user(r#","avatar_url":"https://x.y""#).avatar_url.as_deref(),
            Some("https://x.y")
        );
        let groups: Vec<UserRef> =
            read::<People, _>(&format!(r#"[{{"object":"group","id":"{ID}","name":"Crew"}}]"#)).unwrap();
        assert_eq!(
            (groups[0].name.as_deref(), &groups[0].kind),
            (Some("Crew"), &UserKind::Group)
        );
    }

    #[test]
    fn nobody_is_empty_and_without_an_id_there_is_nobody() {
        assert_eq!(read::<CreatedBy, UserRef>("null"), Err(ReadError::Empty));
        assert_eq!(read::<LastEditedBy, UserId>("null"), Err(ReadError::Empty));
        assert_eq!(read::<LastEditedBy, Option<UserId>>("null"), Ok(None));
        assert_eq!(
            read::<LastEditedBy, UserId>(&format!(r#"{{"id":"{ID}"}}"#)),
            Ok(ID.parse().unwrap())
        );
        assert_eq!(read::<People, Vec<UserRef>>("[]"), Ok(Vec::new()));
        assert_eq!(read::<People, Option<Vec<UserRef>>>("[]"), Ok(None));
        let error = read::<People, Vec<UserRef>>(r#"[{"object":"user"}]"#).unwrap_err();
        assert_eq!(error.to_string(), "holds a person without `id`");
    }

    #[test]
    fn groups_are_written_as_groups_and_everybody_once() {
        let id: UserId = ID.parse().unwrap();
        let crew: UserId = "5f1d1e0a-6c1b-4a52-8f0e-2d3c4b5a6978".parse().unwrap();
        let people = vec![user(r#","name":"Ada""#), UserRef::group(crew), id.into()];
        assert_eq!(
            written::<People, _>(&people).unwrap(),
            format!(r#"[{{"id":"{ID}"}},{{"object":"group","id":"{crew}"}}]"#)
        );
        let crowd: Vec<UserRef> = (0..101)
            .map(|n| UserRef::new(Uuid::from_u128(n + 1).into()))
            .collect();
        assert_eq!(
            written::<People, _>(&crowd).unwrap_err().to_string(),
            "holds 101 people, and Notion takes 100 in a request"
        );
    }
}
