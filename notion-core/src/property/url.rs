use notion_schema::json::{Reader, Writer};
use url::Url;

use super::text::MAX_URL;
use super::{HasKind, Property, ReadError, WritableProperty, WriteError};
use crate::kind;

/// Notion keeps any text in a URL column. What is no URL is an error, which a `String` field does not have.
impl Property<kind::Url> for Url {
    type Operand = String;

    fn blank() -> Self {
        match Self::parse("data:,") {
            Ok(url) => url,
            Err(error) => unreachable!("the text is constant: {error}"),
        }
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        if json.null() {
            return Err(ReadError::Empty);
        }
        let text = json.string()?;
        *self = Self::parse(&text).map_err(|error| {
            ReadError::Unfit(format!(
                "is `{text}`, which is no URL ({error}): a `String` holds it"
            ))
        })?;
        Ok(())
    }
}

impl WritableProperty<kind::Url> for Url {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        super::text::within("", self.as_str(), MAX_URL)?;
        json.string(self.as_str());
        Ok(())
    }
}

impl HasKind for Url {
    type Kind = kind::Url;
}

#[cfg(test)]
mod tests {
    use super::super::testing::{read, written};
    use super::*;

    #[test]
    fn urls_are_parsed() {
        let url: Url = read::<kind::Url, _>(r#""https://example.com/a?b""#).unwrap();
        assert_eq!(url.path(), "/a");
        assert_eq!(
            written::<kind::Url, _>(&url).unwrap(),
            r#""https://example.com/a?b""#
        );
        assert_eq!(read::<kind::Url, Url>("null"), Err(ReadError::Empty));
        assert_eq!(read::<kind::Url, Option<Url>>("null"), Ok(None));
        assert_eq!(
            read::<kind::Url, Url>(r#""example.com""#)
                .unwrap_err()
                .to_string(),
            "is `example.com`, which is no URL (relative URL without a base): a `String` holds it"
        );
        let long: Url = format!("https://x.y/{}", "z".repeat(2_000)).parse().unwrap();
        assert_eq!(
            written::<kind::Url, _>(&long).unwrap_err().to_string(),
            "has 2012 characters, and Notion takes 2000"
        );
    }
}
