use std::convert::Infallible;

use notion_schema::json::{Reader, Writer};

use super::people::optional;
use super::{HasKind, Property, ReadError, WritableProperty, WriteError, object, without};
use crate::kind;

/// The value of a place property: a point on the earth, and what it is called.
///
/// ```
/// use notion_core::Place;
///
/// let office = Place::new(52.52, 13.405).with_name("Office").with_address("Berlin");
/// assert_eq!(office.name.as_deref(), Some("Office"));
/// ```
///
/// Notion does not look up the address, nor what is at the point. A latitude is within ±90 and a longitude within ±180: others
/// are refused when they are written.
///
/// Source: <https://developers.notion.com/reference/page-property-values#place>.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Place {
    /// The latitude in degrees, north of the equator.
    pub lat: f64,
    /// The longitude in degrees, east of Greenwich.
    pub lon: f64,
    /// What people call it.
    pub name: Option<String>,
    /// The address.
    pub address: Option<String>,
    /// The id that it has at Amazon.
    pub aws_place_id: Option<String>,
    /// The id that it has at Google.
    pub google_place_id: Option<String>,
}

impl Place {
    /// A point, by its latitude and longitude in degrees.
    #[must_use]
    pub fn new(lat: f64, lon: f64) -> Self {
        Self {
            lat,
            lon,
            ..Self::default()
        }
    }

    /// The same point with a name.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The same point with an address.
    #[must_use]
    pub fn with_address(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }
}

impl Property<kind::Place> for Place {
    /// Notion has no filters for places.
    type Operand = Infallible;

    fn blank() -> Self {
        Self::default()
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        if json.null() {
            return Err(ReadError::Empty);
        }
        *self = Self::default();
        let (mut lat, mut lon) = (None, None);
        let keys = ["lat", "lon", "name", "address", "aws_place_id", "google_place_id"];
        object(json, &keys, |key, json| {
            match key {
                "lat" => lat = Some(degrees(json)?),
                "lon" => lon = Some(degrees(json)?),
                "name" => self.name = optional(json)?,
                "address" => self.address = optional(json)?,
                "aws_place_id" => self.aws_place_id = optional(json)?,
                "google_place_id" => self.google_place_id = optional(json)?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        self.lat = lat.ok_or_else(|| without("a place", "lat"))?;
        self.lon = lon.ok_or_else(|| without("a place", "lon"))?;
        Ok(())
    }
}

impl WritableProperty<kind::Place> for Place {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        let Self {
            lat,
            lon,
            name,
            address,
            aws_place_id,
            google_place_id,
        } = self;
        json.begin_object();
        for (key, what, degrees, limit) in [("lat", "latitude", lat, 90.0), ("lon", "longitude", lon, 180.0)]
        {
            if !(-limit..=limit).contains(degrees) {
                return Err(WriteError::new(format!(
                    "has the {what} {degrees}, and one is between -{limit} and {limit}"
                )));
            }
            json.key(key).number(*degrees);
        }
        for (key, text) in [
            ("name", name),
            ("address", address),
            ("aws_place_id", aws_place_id),
            ("google_place_id", google_place_id),
        ] {
            if let Some(text) = text {
                json.key(key).string(text);
            }
        }
        json.end_object();
        Ok(())
    }
}

impl HasKind for Place {
    type Kind = kind::Place;
}

fn degrees(json: &mut Reader<'_>) -> Result<f64, ReadError> {
    let text = json.number()?;
    text.parse()
        .map_err(|_| ReadError::Unfit(format!("has {text} degrees")))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{read, written};
    use super::*;

    #[test]
    fn places_are_read_and_written() {
        let json = r#"{"lat":52.52,"lon":-13.405,"name":"Office","address":"Berlin","aws_place_id":"a","google_place_id":"g"}"#;
        let place: Place = read::<kind::Place, _>(json).unwrap();
        assert_eq!(place.aws_place_id.as_deref(), Some("a"));
        assert_eq!(written::<kind::Place, _>(&place).unwrap(), json);
        let nameless =
            r#"{"lat":90,"lon":180,"name":null,"address":null,"aws_place_id":null,"google_place_id":null}"#;
        let place: Place = read::<kind::Place, _>(nameless).unwrap();
        assert_eq!(
            written::<kind::Place, _>(&place).unwrap(),
            r#"{"lat":90,"lon":180}"#
        );
        assert_eq!(read::<kind::Place, Place>("null"), Err(ReadError::Empty));
        assert_eq!(read::<kind::Place, Option<Place>>("null"), Ok(None));
        let error = read::<kind::Place, Place>(r#"{"lat":1}"#).unwrap_err();
        assert_eq!(error.to_string(), "holds a place without `lon`");
    }

    #[test]
    fn a_place_is_on_the_earth() {
        for (place, error) in [
            (
                Place::new(90.1, 0.0),
                "has the latitude 90.1, and one is between -90 and 90",
            ),
            (
                Place::new(0.0, -181.0),
                "has the longitude -181, and one is between -180 and 180",
            ),
            (
                Place::new(f64::NAN, 0.0),
                "has the latitude NaN, and one is between -90 and 90",
            ),
        ] {
            assert_eq!(written::<kind::Place, _>(&place).unwrap_err().to_string(), error);
        }
    }
}
