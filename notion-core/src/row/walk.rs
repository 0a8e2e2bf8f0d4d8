//! The one loop that reads pages. It is not generic: it finds the column and calls back into the row.

use std::borrow::Cow;

use notion_schema::Cut;
use notion_schema::json::{self, Mark, Reader};

use super::binding::Bound;
use super::layout::{Found, Layout};
use super::{Binding, NotionRow, Page};
use crate::error::{Error, ErrorKind};
use crate::property::{Raw, ReadError, cut};

/// Reads the pages of one response.
pub(crate) struct Walker<'a> {
    binding: &'a Binding,
    layout: Layout<'a>,
    /// Which columns the current row has.
    seen: Vec<bool>,
    /// Columns of whose value the page may not show all.
    cut: Vec<usize>,
}

/// How a page is read into.
type Fill<'a> = &'a mut dyn FnMut(usize, &mut Reader<'_>) -> Result<(), ReadError>;

/// What an element of a response turned out to be.
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
            layout: Layout::new(binding),
            seen: vec![false; binding.bound.len()],
            cut: Vec::new(),
        }
    }

    /// Reads one page as a row.
    pub(crate) fn row<T: NotionRow>(&mut self, json: &mut Reader<'a>) -> Result<Walk<T>, json::Error> {
        let mut walked = Walked {
            page: Page::blank(),
            draft: T::blank(),
            cut: Vec::new(),
        };
        let start = json.mark();
        let mut fill = |column, json: &mut Reader<'_>| T::read_column(&mut walked.draft, column, json);
        let walk = match self.page(json, &mut walked.page, &mut fill) {
            Ok(()) => {
                walked.cut = std::mem::take(&mut self.cut);
                return Ok(Walk::Row(walked));
            }
            Err(Stop::Row(error)) => Walk::Unfit(error),
            Err(Stop::NotAPage) => Walk::NotAPage,
        };
        // Where even that is not possible, nothing behind it can be read.
        json.rewind(start);
        json.skip()?;
        Ok(walk)
    }

    fn page(&mut self, json: &mut Reader<'a>, page: &mut Page, fill: Fill<'_>) -> Result<(), Stop> {
        self.seen.fill(false);
        self.cut.clear();
        match self.members(json, fill, page) {
            Err(error) => Err(misread(&format!("page {}", page.id), None, &error)),
            Ok(Members::Other) => Err(Stop::NotAPage),
            Ok(Members::Page(None)) => {
                let what = "shows no properties: the connection may write content, but not read it";
                Err(unfit(format!("page {} {what}", page.id), None))
            }
            Ok(Members::Page(Some(Err((column, error))))) => {
                let kind = self.binding.bound[self.binding.places[column]].kind;
                Err(misread(&self.named(column, page), kind, &error))
            }
            Ok(Members::Page(Some(Ok(())))) if !page.is_read() => {
                Err(unfit("a page has no id or no times".to_owned(), None))
            }
            Ok(Members::Page(Some(Ok(())))) => match self.seen.iter().position(|seen| !seen) {
                None => Ok(()),
                Some(place) => {
                    let column = self.named(self.binding.bound[place].column, page);
                    let hint = "Bind the table again: the data source may have changed.";
                    Err(unfit(format!("{column} is missing"), Some(hint)))
                }
            },
        }
    }

    fn members(
        &mut self,
        json: &mut Reader<'a>,
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
    fn properties(&mut self, json: &mut Reader<'a>, fill: Fill<'_>) -> Result<Values, json::Error> {
        let mut values = Ok(());
        self.layout.begin();
        json.begin_object()?;
        loop {
            let start = json.mark();
            let found = match self.layout.next(json) {
                Some(found) => found,
                None => {
                    let Some(name) = json.key()? else {
                        return Ok(values);
                    };
                    let found = self.find(&name, json)?;
                    self.layout.note(found, json.since(start));
                    found
                }
            };
            let (place, read) = match found {
                Found::Value(place) => (place, self.value(json, place, fill)),
                Found::Whole(place) => (place, self.whole(json, place, fill)),
                Found::Retyped(place) => (place, Err(retyped(json)?)),
                Found::Other => {
                    json.leave_object()?;
                    continue;
                }
                Found::Telling => {
                    self.tell(json)?;
                    continue;
                }
            };
            self.seen[place] = true;
            if let Err(error) = read {
                values = values.and(Err((self.binding.bound[place].column, error)));
                json.rewind(start);
                json.key()?;
                json.skip()?;
            }
        }
    }

    /// Finds out which property this is, in whatever order its members are.
    fn find(&self, name: &str, json: &mut Reader<'_>) -> Result<Found, json::Error> {
        if json.peek() != Some(b'{') {
            return Ok(self.find_by_name(name));
        }
        let start = json.mark();
        json.begin_object()?;
        let id = if go_to("id", json)? && json.peek() == Some(b'"') {
            json.string()?
        } else {
            Cow::Borrowed("")
        };
        let Some(place) = self.binding.bound.iter().position(|bound| bound.id == *id) else {
            json.rewind(start);
            if id.is_empty() || self.binding.rollups.iter().any(|rollup| rollup.relation == id) {
                return Ok(Found::Telling);
            }
            json.begin_object()?;
            if json.key()?.as_deref() == Some("id") {
                json.skip()?;
            }
            return Ok(Found::Other);
        };
        if let Some(kind) = self.binding.bound[place].kind {
            if go_to(kind, json)? {
                return Ok(Found::Value(place));
            }
            // It may stand before the id.
            json.rewind(start);
            json.begin_object()?;
            if go_to(kind, json)? {
                return Ok(Found::Value(place));
            }
            json.rewind(start);
            return Ok(Found::Retyped(place));
        }
        json.rewind(start);
        Ok(Found::Whole(place))
    }

    /// Reads a value and what follows it.
    fn value(&mut self, json: &mut Reader<'_>, place: usize, fill: Fill<'_>) -> Result<(), ReadError> {
        let Bound { column, cut, id, .. } = &self.binding.bound[place];
        let value = json.mark();
        fill(*column, json)?;
        if cut::is_long_enough(*cut, json.position() - value.position()) {
            self.look_at_value(json, value, *column, *cut)?;
        }
        while let Some(key) = json.key()? {
            match &*key {
                // Where it follows the value, the name alone said so far which property this is.
                "id" if json.peek() == Some(b'"') => {
                    if json.string()? != **id {
                        let reason = "is another property than in the rows before it".to_owned();
                        return Err(ReadError::Unfit(reason));
                    }
                }
                "has_more" if json.peek() == Some(b't') => {
                    json.skip()?;
                    self.cut.push(*column);
                    self.cut_rollups(id);
                }
                _ => json.skip()?,
            }
        }
        Ok(())
    }

    /// Reads a whole property.
    fn whole(&mut self, json: &mut Reader<'_>, place: usize, fill: Fill<'_>) -> Result<(), ReadError> {
        let column = self.binding.bound[place].column;
        let start = json.mark();
        fill(column, json)?;
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

    /// Looks whether a relation that is no column shows all of its pages.
    fn tell(&mut self, json: &mut Reader<'_>) -> Result<(), json::Error> {
        if json.peek() != Some(b'{') {
            return json.skip();
        }
        let (mut id, mut has_more) = (Cow::Borrowed(""), false);
        json.begin_object()?;
        while let Some(key) = json.key()? {
            match &*key {
                "id" if json.peek() == Some(b'"') => id = json.string()?,
                "has_more" => {
                    has_more = json.peek() == Some(b't');
                    json.skip()?;
                }
                _ => json.skip()?,
            }
        }
        if has_more {
            self.cut_rollups(&id);
        }
        Ok(())
    }

    /// The same of a property that is no object, and so has no id.
    fn find_by_name(&self, name: &str) -> Found {
        match self.binding.bound.iter().position(|bound| bound.name == name) {
            None => Found::Telling,
            Some(place) if self.binding.bound[place].kind.is_none() => Found::Whole(place),
            Some(place) => Found::Retyped(place),
        }
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

    /// Where a relation shows not all of its pages, its rollups were not worked out from all of them either.
    fn cut_rollups(&mut self, relation: &str) {
        let rollups = self.binding.rollups.iter();
        let cut = rollups.filter(|rollup| rollup.relation == relation);
        self.cut.extend(cut.map(|rollup| rollup.column));
    }
}

/// Goes to the value of that key of an object, and says whether there is one behind where the reader stands.
fn go_to(wanted: &str, json: &mut Reader<'_>) -> Result<bool, json::Error> {
    while let Some(key) = json.key()? {
        if key == wanted {
            return Ok(true);
        }
        json.skip()?;
    }
    Ok(false)
}

/// What there is to say of a property that is of another kind now.
fn retyped(json: &mut Reader<'_>) -> Result<ReadError, json::Error> {
    if json.peek() != Some(b'{') {
        json.skip()?;
        return Ok(ReadError::Unfit("is no property".to_owned()));
    }
    let mut kind = Cow::Borrowed("unknown");
    json.begin_object()?;
    while let Some(key) = json.key()? {
        match &*key {
            "type" if json.peek() == Some(b'"') => kind = json.string()?,
            _ => json.skip()?,
        }
    }
    Ok(ReadError::Unfit(format!("is of kind `{kind}` now")))
}

fn misread(what: &str, kind: Option<&str>, error: &ReadError) -> Stop {
    let hint = match error {
        ReadError::Empty => Some("Declare the field as `Option<…>`, or mark it `#[notion(default)]`."),
        ReadError::Unfit(_) => None,
    };
    // In front, as the error ends with what to do.
    let mapped = match (error, kind) {
        (ReadError::Unfit(_), Some(kind)) => format!(", mapped as `{kind}`,"),
        _ => String::new(),
    };
    unfit(format!("{what}{mapped} {error}"), hint)
}

fn unfit(message: String, hint: Option<&'static str>) -> Stop {
    let error = Error::new(ErrorKind::Value, message);
    Stop::Row(match hint {
        Some(hint) => error.with_hint(hint),
        None => error,
    })
}
