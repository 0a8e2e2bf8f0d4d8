//! The one loop that reads pages. It is not generic: it finds the column and calls back into the row.

use std::borrow::Cow;

use notion_schema::json::{self, Mark, Reader};
use notion_schema::{Cut, Kind};

use super::{Columns, NotionRow, Page};
use crate::error::{Error, ErrorKind};
use crate::property::{Raw, ReadError, cut};

/// The columns of a row type, bound to the properties of a data source.
#[derive(Debug, Clone)]
pub(crate) struct Binding {
    /// In the order of the responses, which is that of the property ids.
    bound: Vec<Bound>,
    /// The place in `bound` of each column.
    places: Vec<usize>,
    rollups: Vec<Rollup>,
}

/// A rollup among the columns. Whether a page shows all that it comes to, only its relation says, which is therefore requested
/// as well.
#[derive(Debug, Clone)]
pub(crate) struct Rollup {
    pub(crate) column: usize,
    /// The id of the relation that leads to the related pages.
    pub(crate) relation: String,
    /// The id of the property of theirs that is rolled up.
    pub(crate) property: String,
}

#[derive(Debug, Clone)]
struct Bound {
    column: usize,
    id: String,
    name: String,
    /// `None` for a column that is read as JSON, whatever its kind.
    kind: Option<&'static str>,
    cut: Cut,
    /// How the API writes a property up to its value. Where a response has just this, as all recorded ones
    /// do, the id, the kind and the value's place are settled by one comparison. Empty for a column without a kind.
    prefix: String,
}

impl Binding {
    /// Binds each column to the property of that id and name; they come in the order of the columns.
    pub(crate) fn new<'a>(
        columns: Columns,
        properties: impl IntoIterator<Item = (&'a str, &'a str)>,
        order: impl Fn(&str) -> usize,
    ) -> Self {
        let mut bound: Vec<_> = columns
            .iter()
            .zip(properties)
            .enumerate()
            .map(|(column, (def, (id, name)))| {
                let kind = def.kind.map(Kind::name);
                Bound {
                    column,
                    id: id.to_owned(),
                    name: name.to_owned(),
                    kind,
                    cut: def.kind.map_or(Cut::Never, Kind::cut),
                    prefix: kind.map(|kind| prefix(name, id, kind)).unwrap_or_default(),
                }
            })
            .collect();
        bound.sort_by_key(|bound| order(&bound.id));
        let mut places = vec![0; bound.len()];
        for (place, bound) in bound.iter().enumerate() {
            places[bound.column] = place;
        }
        Self {
            bound,
            places,
            rollups: Vec::new(),
        }
    }

    /// The same with what is known of the rollups among the columns.
    pub(crate) fn with_rollups(mut self, rollups: Vec<Rollup>) -> Self {
        for rollup in &rollups {
            // Its relation says more exactly what else would be guessed.
            self.bound[self.places[rollup.column]].cut = Cut::Marked;
        }
        self.rollups = rollups;
        self
    }

    /// Whether the column is read as a value of a kind, and not as JSON.
    pub(crate) fn has_kind(&self, column: usize) -> bool {
        self.bound[self.places[column]].kind.is_some()
    }

    /// What is known of the rollup of that id.
    pub(crate) fn rollup(&self, id: &str) -> Option<&Rollup> {
        self.rollups.iter().find(|rollup| self.id(rollup.column) == id)
    }

    /// The id of the property that the column is bound to.
    pub(crate) fn id(&self, column: usize) -> &str {
        &self.bound[self.places[column]].id
    }

    /// The name that the property had when the column was bound to it.
    pub(crate) fn name(&self, column: usize) -> &str {
        &self.bound[self.places[column]].name
    }

    /// The ids of all properties to request.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        let relations = self.rollups.iter().map(|rollup| &*rollup.relation);
        let unbound = relations.filter(|id| self.bound.iter().all(|bound| bound.id != *id));
        self.bound.iter().map(|bound| &*bound.id).chain(unbound)
    }
}

fn prefix(name: &str, id: &str, kind: &str) -> String {
    let mut prefix = json::Writer::new();
    prefix.begin_object();
    prefix.key(name).begin_object();
    prefix.key("id").string(id);
    prefix.key("type").string(kind);
    prefix.key(kind);
    prefix.as_str()[1..].to_owned()
}

/// Reads the pages of one response.
pub(crate) struct Walker<'a> {
    binding: &'a Binding,
    /// Which columns the current row has.
    seen: Vec<bool>,
    /// Columns of whose value the page may not show all.
    cut: Vec<usize>,
}

/// How a page is read into.
type Fill<'a> = &'a mut dyn FnMut(usize, &mut Reader<'_>) -> Result<(), ReadError>;

/// What an element of a response turned out to be.
#[expect(clippy::large_enum_variant, reason = "nearly all of them are rows")]
pub(crate) enum Walk<T: NotionRow> {
    /// A page that was read as a row.
    Row(Walked<T>),
    /// A page that is no row of the type, with the reader behind it: those that follow can still be read.
    Unfit(Error),
    /// No page at all: a wiki lists data sources among its rows.
    NotAPage,
}

/// A page that was read.
pub(crate) struct Walked<T: NotionRow> {
    pub(crate) page: Page,
    pub(crate) draft: T::Draft,
    /// Columns of whose value the page may not show all, to be completed by further requests.
    pub(crate) cut: Vec<usize>,
}

/// What the columns of a page are: read, or the first one whose value does not fit.
type Values = Result<(), (usize, ReadError)>;

/// What the keys of an object show.
enum Members {
    /// A page, with its columns if it has any.
    Page(Option<Values>),
    /// Another object.
    Other,
}

/// What a property turned out to be.
enum Found {
    /// The bound one of that place, with the reader at its value.
    Value(usize),
    /// The bound one of that place, with the reader at the whole of it.
    Whole(usize),
    /// The bound one of that place, of another kind than it had.
    Retyped(usize, ReadError),
    /// One that the row does not have.
    Other,
}

/// What stops a page from being read.
enum Stop {
    /// This page cannot be a row of the type.
    Row(Error),
    /// This is not a page.
    NotAPage,
}

impl<'a> Walker<'a> {
    pub(crate) fn new(binding: &'a Binding) -> Self {
        Self {
            binding,
            seen: vec![false; binding.bound.len()],
            cut: Vec::new(),
        }
    }

    /// Reads one page as a row.
    pub(crate) fn row<T: NotionRow>(&mut self, json: &mut Reader<'_>) -> Result<Walk<T>, json::Error> {
        let mut draft = T::blank();
        let start = json.mark();
        let walk = match self.page(json, &mut |column, json| T::read_column(&mut draft, column, json)) {
            Ok(page) => {
                return Ok(Walk::Row(Walked {
                    page,
                    draft,
                    cut: std::mem::take(&mut self.cut),
                }));
            }
            Err(Stop::Row(error)) => Walk::Unfit(error),
            Err(Stop::NotAPage) => Walk::NotAPage,
        };
        // Where even that is not possible, nothing behind it can be read.
        json.rewind(start);
        json.skip()?;
        Ok(walk)
    }

    fn page(&mut self, json: &mut Reader<'_>, fill: Fill<'_>) -> Result<Page, Stop> {
        self.seen.fill(false);
        self.cut.clear();
        let mut page = Page::blank();
        match self.members(json, fill, &mut page) {
            Err(error) => Err(misread(&format!("page {}", page.id), None, &error)),
            Ok(Members::Other) => Err(Stop::NotAPage),
            Ok(Members::Page(None)) => {
                let what = "shows no properties: the connection may write content, but not read it";
                Err(unfit(format!("page {} {what}", page.id), None))
            }
            Ok(Members::Page(Some(Err((column, error))))) => {
                let kind = self.binding.bound[self.binding.places[column]].kind;
                Err(misread(&self.named(column, &page), kind, &error))
            }
            Ok(Members::Page(Some(Ok(())))) if !page.is_read() => {
                Err(unfit("a page has no id or no times".to_owned(), None))
            }
            Ok(Members::Page(Some(Ok(())))) => match self.seen.iter().position(|seen| !seen) {
                None => Ok(page),
                Some(place) => {
                    let column = self.named(self.binding.bound[place].column, &page);
                    let hint = "Bind the table again: the data source may have changed.";
                    Err(unfit(format!("{column} is missing"), Some(hint)))
                }
            },
        }
    }

    fn members(
        &mut self,
        json: &mut Reader<'_>,
        fill: Fill<'_>,
        page: &mut Page,
    ) -> Result<Members, ReadError> {
        let mut values = None;
        let mut likely = Page::KEYS.iter();
        json.begin_object()?;
        while let Some(key) = json.key_like(&mut likely)? {
            match &*key {
                "object" if json.string()? != "page" => return Ok(Members::Other),
                "object" => {}
                "properties" => values = Some(self.properties(json, fill)?),
                key => page.read_member(key, json)?,
            }
        }
        Ok(Members::Page(values))
    }

    fn named(&self, column: usize, page: &Page) -> String {
        format!("column `{}` of row {}", self.binding.name(column), page.id)
    }

    /// Reads the properties; the inner error is a column whose value does not fit.
    fn properties(&mut self, json: &mut Reader<'_>, fill: Fill<'_>) -> Result<Values, json::Error> {
        let mut values = Ok(());
        let mut expected = 0;
        json.begin_object()?;
        loop {
            let start = json.mark();
            let quick = self
                .binding
                .bound
                .get(expected)
                .is_some_and(|bound| bound.kind.is_some() && json.open_member(&bound.prefix));
            let mut whole = false;
            let place = if quick {
                expected
            } else {
                let Some(name) = json.key()? else {
                    return Ok(values);
                };
                match self.find(&name, json)? {
                    Found::Value(place) => place,
                    Found::Whole(place) => {
                        whole = true;
                        place
                    }
                    Found::Other => continue,
                    Found::Retyped(place, error) => {
                        self.seen[place] = true;
                        values = values.and(Err((self.binding.bound[place].column, error)));
                        continue;
                    }
                }
            };
            expected = place + 1;
            self.seen[place] = true;
            let Bound { column, cut, .. } = self.binding.bound[place];
            let value = json.mark();
            match fill(column, json) {
                Ok(()) if whole => self.look_at_whole(json, value, column)?,
                Ok(()) => {
                    if cut::is_long_enough(cut, json.position() - value.position()) {
                        self.look_at_value(json, value, column, cut)?;
                    }
                    self.rest(json, place)?;
                }
                Err(error) => {
                    values = values.and(Err((column, error)));
                    json.rewind(start);
                    json.key()?;
                    json.skip()?;
                }
            }
        }
    }

    /// Finds out which property this is, in whatever order its keys are; leaves the reader at the value of a
    /// bound one, and behind any other.
    fn find(&mut self, name: &str, json: &mut Reader<'_>) -> Result<Found, json::Error> {
        if json.peek() != Some(b'{') {
            return self.find_by_name(name, json);
        }
        let start = json.mark();
        let (mut id, mut kind, mut has_more) = (Cow::Borrowed(""), Cow::Borrowed("unknown"), false);
        json.begin_object()?;
        while let Some(key) = json.key()? {
            match &*key {
                "id" if json.peek() == Some(b'"') => id = json.string()?,
                "type" if json.peek() == Some(b'"') => kind = json.string()?,
                "has_more" => {
                    has_more = json.peek() == Some(b't');
                    json.skip()?;
                }
                _ => json.skip()?,
            }
        }
        let Some(place) = self.binding.bound.iter().position(|bound| bound.id == *id) else {
            if has_more {
                self.cut_rollups(&id);
            }
            return Ok(Found::Other);
        };
        let end = json.mark();
        json.rewind(start);
        let Some(expected) = self.binding.bound[place].kind else {
            return Ok(Found::Whole(place));
        };
        if to_value(json, expected)? {
            return Ok(Found::Value(place));
        }
        json.rewind(end);
        let reason = format!("is of kind `{kind}` now");
        Ok(Found::Retyped(place, ReadError::Unfit(reason)))
    }

    /// The same of a property that is no object, and so has no id.
    fn find_by_name(&self, name: &str, json: &mut Reader<'_>) -> Result<Found, json::Error> {
        let Some(place) = self.binding.bound.iter().position(|bound| bound.name == name) else {
            json.skip()?;
            return Ok(Found::Other);
        };
        if self.binding.bound[place].kind.is_none() {
            return Ok(Found::Whole(place));
        }
        json.skip()?;
        let reason = "is no property".to_owned();
        Ok(Found::Retyped(place, ReadError::Unfit(reason)))
    }

    /// Looks whether a value is one that Notion cut without saying so beside it.
    fn look_at_value(
        &mut self,
        json: &mut Reader<'_>,
        value: Mark,
        column: usize,
        cut: Cut,
    ) -> Result<(), json::Error> {
        json.rewind(value);
        if cut::is_cut(cut, json.raw()?)? {
            self.cut.push(column);
        }
        Ok(())
    }

    /// The same for a whole property, which is read as JSON whatever its kind.
    fn look_at_whole(
        &mut self,
        json: &mut Reader<'_>,
        start: Mark,
        column: usize,
    ) -> Result<(), json::Error> {
        json.rewind(start);
        let property = Raw::property(json)?;
        if property.is_cut() {
            self.cut.push(column);
        }
        if property.has_more {
            self.cut_rollups(&property.id);
        }
        Ok(())
    }

    /// Passes over what follows a value.
    fn rest(&mut self, json: &mut Reader<'_>, place: usize) -> Result<(), json::Error> {
        while let Some(key) = json.key()? {
            if key == "has_more" && json.peek() == Some(b't') {
                let Bound { column, id, .. } = &self.binding.bound[place];
                self.cut.push(*column);
                self.cut_rollups(id);
            }
            json.skip()?;
        }
        Ok(())
    }

    /// Where a relation shows not all of its pages, its rollups were not worked out from all of them either.
    fn cut_rollups(&mut self, relation: &str) {
        let rollups = self.binding.rollups.iter();
        let cut = rollups.filter(|rollup| rollup.relation == relation);
        self.cut.extend(cut.map(|rollup| rollup.column));
    }
}

/// Goes to the value of a property of that kind, and says whether there is one.
fn to_value(json: &mut Reader<'_>, kind: &str) -> Result<bool, json::Error> {
    json.begin_object()?;
    while let Some(key) = json.key()? {
        if key == kind {
            return Ok(true);
        }
        json.skip()?;
    }
    Ok(false)
}

fn misread(what: &str, kind: Option<&str>, error: &ReadError) -> Stop {
    let hint = match error {
        ReadError::Empty => Some("Declare the field as `Option<…>`, or mark it `#[notion(default)]`."),
        ReadError::Unfit(_) => None,
    };
    let mapped = match (error, kind) {
        (ReadError::Unfit(_), Some(kind)) => format!("; the type maps it as `{kind}`"),
        _ => String::new(),
    };
    unfit(format!("{what} {error}{mapped}"), hint)
}

fn unfit(message: String, hint: Option<&'static str>) -> Stop {
    let error = Error::new(ErrorKind::Value, message);
    Stop::Row(match hint {
        Some(hint) => error.with_hint(hint),
        None => error,
    })
}
