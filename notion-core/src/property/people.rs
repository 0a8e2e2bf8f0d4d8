use std::fmt::Display;

use notion_schema::json::{Reader, Writer};
use uuid::Uuid;

use super::{HasKind, Property, ReadError, WritableProperty, WriteError, at_most, object, without};
use crate::id::UserId;
use crate::kind::People;

/// A person, bot or group that a value refers to.
///
/// Notion leaves out what the connection may not know: without the capability to read user information
/// only the id is there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserRef {
    /// The user's id, which is all that a write needs.
    pub id: UserId,
    /// The display name.
    pub name: Option<String>,
    /// The e-mail address of a person.
    pub email: Option<String>,
}

impl UserRef {
    /// A reference by id.
    #[must_use]
    pub fn new(id: UserId) -> Self {
        Self {
            id,
            name: None,
            email: None,
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
            let nobody = Uuid::nil().into();
            let mut user = UserRef::new(nobody);
            object(
                json,
                &["object", "id", "name", "avatar_url", "type", "person"],
                |key, json| {
                    match key {
                        "id" => user.id = id(json)?,
                        "name" => user.name = optional(json)?,
                        "person" if !json.null() => object(json, &["email"], |key, json| {
                            if key == "email" {
                                user.email = optional(json)?;
                            }
                            Ok(key == "email")
                        })?,
                        _ => return Ok(false),
                    }
                    Ok(true)
                },
            )?;
            if user.id == nobody {
                return Err(without("a person", "id"));
            }
            self.push(user);
        }
        Ok(())
    }
}

impl WritableProperty<People> for Vec<UserRef> {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        at_most(self.len(), "people")?;
        write_ids(self.iter().map(|user| user.id), json);
        Ok(())
    }
}

impl HasKind for Vec<UserRef> {
    type Kind = People;
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
        json.key("id").string(&id.to_string());
        json.end_object();
    }
    json.end_array();
}

fn optional(json: &mut Reader<'_>) -> Result<Option<String>, ReadError> {
    if json.null() {
        Ok(None)
    } else {
        Ok(Some(json.string()?.into_owned()))
    }
}
