use notion_schema::json::{Reader, Writer};

use super::people::user;
use super::{
    DateOrRange, DateOrTime, HasKind, Property, ReadError, UserRef, WritableProperty, WriteError, object,
};
use crate::kind;

/// The value of a verification property, which the pages of a wiki have: whether somebody vouches for the page.
///
/// ```
/// use notion_core::{DateOrRange, Verification, VerificationState};
/// # use notion_core::kind;
///
/// let start: jiff::Timestamp = "2026-09-01T09:00:00Z".parse().unwrap();
/// let end: jiff::Timestamp = "2026-10-01T09:00:00Z".parse().unwrap();
/// let verified = Verification::verified().for_time(DateOrRange::range(start, end));
/// assert_eq!(verified.state, VerificationState::Verified);
/// ```
///
/// A page that nobody has vouched for is [unverified](VerificationState::Unverified); so is an empty value. Written are
/// [`verified`](Verification::verified), with the time for which it holds, and [`unverified`](Verification::unverified);
/// who verifies is for Notion to say.
///
/// Columns compare with states: `Page::CHECKED.is(VerificationState::Expired)`.
///
/// Source: <https://developers.notion.com/reference/page-property-values#verification>.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct Verification {
    /// Whether the page is verified.
    pub state: VerificationState,
    /// Since when, and perhaps until when.
    pub date: Option<DateOrRange>,
    /// Who verified it.
    pub verified_by: Option<UserRef>,
}

/// Whether a page is verified.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum VerificationState {
    /// It is.
    Verified,
    /// It is not.
    #[default]
    Unverified,
    /// It was, until its time was over.
    Expired,
    /// A state that this version does not know, by its name in the API.
    Other(Box<str>),
}

impl Verification {
    /// A verified page, from now on and for good unless [`for_time`](Verification::for_time) says otherwise.
    #[must_use]
    pub fn verified() -> Self {
        Self {
            state: VerificationState::Verified,
            ..Self::default()
        }
    }

    /// An unverified page.
    #[must_use]
    pub fn unverified() -> Self {
        Self::default()
    }

    /// Since when, and perhaps until when, the page is verified. Notion takes moments here, and no days.
    #[must_use]
    pub fn for_time(mut self, date: impl Into<DateOrRange>) -> Self {
        self.date = Some(date.into());
        self
    }
}

impl Property<kind::Verification> for Verification {
    type Operand = VerificationState;

    fn blank() -> Self {
        Self::default()
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        *self = Self::default();
        if json.null() {
            return Ok(());
        }
        object(json, &["state", "date", "verified_by"], |key, json| {
            match key {
                "state" => {
                    self.state = match &*json.string()? {
                        "verified" => VerificationState::Verified,
                        "unverified" => VerificationState::Unverified,
                        "expired" => VerificationState::Expired,
                        other => VerificationState::Other(other.into()),
                    }
                }
                "date" => Property::<kind::Date>::read(&mut self.date, json)?,
                "verified_by" if json.null() => {}
                "verified_by" => self.verified_by = Some(user(json)?),
                _ => return Ok(false),
            }
            Ok(true)
        })
    }
}

impl WritableProperty<kind::Verification> for Verification {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        let state = match &self.state {
            VerificationState::Verified => "verified",
            VerificationState::Unverified => "unverified",
            VerificationState::Expired => return Err(not_taken("expired")),
            VerificationState::Other(state) => return Err(not_taken(state)),
        };
        json.begin_object();
        json.key("state").string(state);
        if let (VerificationState::Verified, Some(date)) = (&self.state, &self.date) {
            let times = [Some(date.start), date.end];
            if let Some(DateOrTime::Date(day)) = times.into_iter().flatten().find(is_day) {
                return Err(WriteError::new(format!(
                    "is verified by the day {day}, and Notion takes moments there: give it a time"
                )));
            }
            WritableProperty::<kind::Date>::write(date, json.key("date"))?;
        }
        json.end_object();
        Ok(())
    }
}

impl HasKind for Verification {
    type Kind = kind::Verification;
}

fn is_day(time: &DateOrTime) -> bool {
    matches!(time, DateOrTime::Date(_))
}

fn not_taken(state: &str) -> WriteError {
    WriteError::new(format!(
        "is `{state}`, which is for Notion to say: `Verification::verified()` and `Verification::unverified()` can be written"
    ))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;

    use super::super::testing::{read, written};
    use super::*;

    const ID: &str = "c4a7b3d0-e0b9-4b0b-9f0c-8c1e7a2d3f4a";

    fn moment() -> Timestamp {
        "2026-09-01T09:00:00Z".parse().unwrap()
    }

    #[test]
    fn every_state_is_read() {
        for (json, expected) in [
            ("null".to_owned(), Verification::unverified()),
            (
                r#"{"state":"unverified","date":null,"verified_by":null}"#.to_owned(),
                Verification::unverified(),
            ),
            (
                format!(
                    r#"{{"state":"verified","date":{{"start":"2026-09-01T09:00:00.000Z","end":null,"time_zone":null}},"verified_by":{{"object":"user","id":"{ID}"}}}}"#
                ),
                Verification {
                    verified_by: Some(UserRef::new(ID.parse().unwrap())),
                    ..Verification::verified().for_time(moment())
                },
            ),
            (
                r#"{"state":"expired"}"#.to_owned(),
                Verification {
                    state: VerificationState::Expired,
                    ..Verification::default()
                },
            ),
            (
                r#"{"state":"doubted"}"#.to_owned(),
                Verification {
                    state: VerificationState::Other("doubted".into()),
                    ..Verification::default()
                },
            ),
        ] {
            assert_eq!(
                read::<kind::Verification, Verification>(&json),
                Ok(expected),
                "{json}"
            );
        }
        assert_eq!(read::<kind::Verification, Option<Verification>>("null"), Ok(None));
    }

    #[test]
    fn only_what_notion_takes_is_written() {
        for (value, json) in [
            (Verification::unverified(), r#"{"state":"unverified"}"#),
            (Verification::verified(), r#"{"state":"verified"}"#),
            (
                Verification::verified().for_time(moment()),
                r#"{"state":"verified","date":{"start":"2026-09-01T09:00:00+00:00"}}"#,
            ),
            (
                Verification::verified().for_time(DateOrRange::range(moment(), moment())),
                r#"{"state":"verified","date":{"start":"2026-09-01T09:00:00+00:00","end":"2026-09-01T09:00:00+00:00"}}"#,
            ),
        ] {
            assert_eq!(written::<kind::Verification, _>(&value).unwrap(), json);
        }
        let days = Verification::verified().for_time(DateOrRange::range(moment(), date(2026, 10, 1)));
        let expired = Verification {
            state: VerificationState::Expired,
            ..Verification::default()
        };
        for (value, error) in [
            (
                days,
                "is verified by the day 2026-10-01, and Notion takes moments there: give it a time",
            ),
            (
                expired,
                "is `expired`, which is for Notion to say: `Verification::verified()` and `Verification::unverified()` can be written",
            ),
        ] {
            assert_eq!(
                written::<kind::Verification, _>(&value).unwrap_err().to_string(),
                error
            );
        }
    }
}
