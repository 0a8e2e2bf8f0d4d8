//! Rows with a column for every kind that can be written, and every type that holds it.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Debug;
use std::sync::Arc;

use jiff::{Timestamp, Zoned, civil};
use notion_core::prelude::*;
use notion_core::{Column, KeyedRow, Place, Verification};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::rules::{self, MAX_LINE, MAX_URL};
use crate::values::{self, Known};
use crate::world::STAGES;

/// A row of random values.
pub(crate) trait Random: NotionRow + InsertRow<Row = Self> + KeyedRow + Clone + Debug + Sync {
    fn any(known: &Known) -> BoxedStrategy<Self>;

    /// The column by which the row is found again.
    fn key(&mut self) -> &mut String;

    /// All other columns.
    fn cells(&self, known: &Known) -> Vec<Cell>;

    /// Columns that say something else each time that they are written.
    fn restless(&self) -> Vec<&'static str> {
        Vec::new()
    }
}

/// What is seen of a value, and what must be seen of it when it is read again; `None` if it must be refused.
#[derive(Debug)]
pub(crate) struct Cell {
    pub(crate) name: &'static str,
    pub(crate) seen: String,
    pub(crate) kept: Option<String>,
}

fn cell<S: Debug, R, K, T, A>(column: Column<R, K, T, A>, seen: S, rule: impl Fn(&S) -> Option<S>) -> Cell {
    Cell {
        name: column.name(),
        seen: format!("{seen:?}"),
        kept: rule(&seen).map(|kept| format!("{kept:?}")),
    }
}

/// The same of a value that may be empty.
fn perhaps<S: Debug, R, K, T, A>(
    column: Column<R, K, T, A>,
    seen: Option<S>,
    rule: impl Fn(&S) -> Option<S>,
) -> Cell {
    cell(column, seen, |seen| match seen {
        None => Some(None),
        Some(seen) => rule(seen).map(Some),
    })
}

#[derive(Debug, Clone, NotionRow)]
pub(crate) struct Texts {
    #[notion(key)]
    key: String,
    #[notion(title)]
    title: RichText,
    rich: RichText,
    perhaps_rich: Option<RichText>,
    string: String,
    perhaps_string: Option<String>,
    boxed: Box<str>,
    shared: Arc<str>,
}

impl Random for Texts {
    fn any(known: &Known) -> BoxedStrategy<Self> {
        let rich = || values::pieces(known).prop_map(|pieces| values::rich_text(&pieces));
        let texts = (
            values::text(),
            option::of(values::text()),
            values::text(),
            values::text(),
        );
        (rich(), rich(), option::of(rich()), texts)
            .prop_map(
                |(title, rich, perhaps_rich, (string, perhaps_string, boxed, shared))| Self {
                    key: String::new(),
                    title,
                    rich,
                    perhaps_rich,
                    string,
                    perhaps_string,
                    boxed: boxed.into(),
                    shared: shared.into(),
                },
            )
            .boxed()
    }

    fn key(&mut self) -> &mut String {
        &mut self.key
    }

    fn cells(&self, _: &Known) -> Vec<Cell> {
        // An empty text is no text.
        let rich = self.perhaps_rich.as_ref().filter(|text| !text.is_empty());
        let string = self.perhaps_string.clone().filter(|text| !text.is_empty());
        vec![
            cell(Self::TITLE, values::pieces_of(&self.title), rules::rich_text),
            cell(Self::RICH, values::pieces_of(&self.rich), rules::rich_text),
            perhaps(Self::PERHAPS_RICH, rich.map(values::pieces_of), rules::rich_text),
            cell(Self::STRING, self.string.clone(), rules::text),
            perhaps(Self::PERHAPS_STRING, string, rules::text),
            cell(Self::BOXED, String::from(&*self.boxed), rules::text),
            cell(Self::SHARED, String::from(&*self.shared), rules::text),
        ]
    }
}

#[derive(Debug, Clone, NotionRow)]
pub(crate) struct Lines {
    #[notion(title, key)]
    key: String,
    checkbox: bool,
    #[notion(url)]
    url_string: Option<String>,
    url_parsed: Option<url::Url>,
    #[notion(url)]
    url_boxed: Option<Box<str>>,
    #[notion(email)]
    email_string: Option<String>,
    #[notion(email)]
    email_shared: Option<Arc<str>>,
    #[notion(phone_number)]
    phone_string: Option<String>,
    #[notion(phone_number)]
    phone_boxed: Option<Box<str>>,
}

impl Random for Lines {
    fn any(_: &Known) -> BoxedStrategy<Self> {
        let url = || option::of(values::line(MAX_URL));
        let line = || option::of(values::line(MAX_LINE));
        let parsed = "https://[a-zé]{1,5}\\.example/[ a-z?=&\"é]{0,9}".prop_map(|url| url.parse().ok());
        (
            any::<bool>(),
            url(),
            parsed,
            url(),
            [line(), line(), line(), line()],
        )
            .prop_map(|(checkbox, url_string, url_parsed, url_boxed, lines)| {
                let [email_string, email_shared, phone_string, phone_boxed] = lines;
                Self {
                    key: String::new(),
                    checkbox,
                    url_string,
                    url_parsed,
                    url_boxed: url_boxed.map(Into::into),
                    email_string,
                    email_shared: email_shared.map(Into::into),
                    phone_string,
                    phone_boxed: phone_boxed.map(Into::into),
                }
            })
            .boxed()
    }

    fn key(&mut self) -> &mut String {
        &mut self.key
    }

    fn cells(&self, _: &Known) -> Vec<Cell> {
        let url = self.url_parsed.as_ref().map(ToString::to_string);
        vec![
            cell(Self::CHECKBOX, self.checkbox, |checked| Some(*checked)),
            perhaps(Self::URL_STRING, self.url_string.clone(), rules::line(MAX_URL)),
            perhaps(Self::URL_PARSED, url, rules::line(MAX_URL)),
            perhaps(
                Self::URL_BOXED,
                self.url_boxed.as_deref().map(str::to_owned),
                rules::line(MAX_URL),
            ),
            perhaps(
                Self::EMAIL_STRING,
                self.email_string.clone(),
                rules::line(MAX_LINE),
            ),
            perhaps(
                Self::EMAIL_SHARED,
                self.email_shared.as_deref().map(str::to_owned),
                rules::line(MAX_LINE),
            ),
            perhaps(
                Self::PHONE_STRING,
                self.phone_string.clone(),
                rules::line(MAX_LINE),
            ),
            perhaps(
                Self::PHONE_BOXED,
                self.phone_boxed.as_deref().map(str::to_owned),
                rules::line(MAX_LINE),
            ),
        ]
    }
}

#[derive(Debug, Clone, NotionRow)]
pub(crate) struct Numbers {
    #[notion(title, key)]
    key: String,
    double: Option<f64>,
    float: Option<f32>,
    decimal: Option<Decimal>,
    byte: Option<i8>,
    short: Option<i16>,
    int: i32,
    long: Option<i64>,
    size: Option<isize>,
    unsigned_byte: Option<u8>,
    unsigned_short: Option<u16>,
    unsigned_int: Option<u32>,
    unsigned_long: Option<u64>,
    unsigned_size: Option<usize>,
}

impl Random for Numbers {
    fn any(_: &Known) -> BoxedStrategy<Self> {
        let float =
            prop_oneof![20 => any::<f32>(), 20 => -1e3_f32..1e3, 1 => Just(f32::NAN), 1 => Just(-0.0)];
        let decimal = prop_oneof![
            20 => (-1_000_000_i64..1_000_000, 0..9_u32).prop_map(|(digits, scale)| Decimal::new(digits, scale)),
            1 => (any::<i64>(), 0..28_u32).prop_map(|(digits, scale)| Decimal::new(digits, scale)),
            1 => select(vec![Decimal::MAX, Decimal::MIN, -Decimal::ZERO, Decimal::new(1, 28)]),
        ];
        let signed = (
            option::of(values::integer()),
            option::of(values::integer()),
            values::integer(),
            option::of(values::integer()),
            option::of(values::integer()),
        );
        let unsigned = (
            option::of(values::integer()),
            option::of(values::integer()),
            option::of(values::integer()),
            option::of(values::integer()),
            option::of(values::integer()),
        );
        (
            option::of(values::number()),
            option::of(float),
            option::of(decimal),
            signed,
            unsigned,
        )
            .prop_map(|(double, float, decimal, signed, unsigned)| {
                let (byte, short, int, long, size) = signed;
                let (unsigned_byte, unsigned_short, unsigned_int, unsigned_long, unsigned_size) = unsigned;
                Self {
                    key: String::new(),
                    double,
                    float,
                    decimal,
                    byte,
                    short,
                    int,
                    long,
                    size,
                    unsigned_byte,
                    unsigned_short,
                    unsigned_int,
                    unsigned_long,
                    unsigned_size,
                }
            })
            .boxed()
    }

    fn key(&mut self) -> &mut String {
        &mut self.key
    }

    fn cells(&self, _: &Known) -> Vec<Cell> {
        vec![
            perhaps(Self::DOUBLE, self.double, rules::number),
            perhaps(Self::FLOAT, self.float, rules::short_number),
            perhaps(Self::DECIMAL, self.decimal, rules::decimal),
            perhaps(Self::BYTE, self.byte.map(i128::from), rules::whole),
            perhaps(Self::SHORT, self.short.map(i128::from), rules::whole),
            cell(Self::INT, i128::from(self.int), rules::whole),
            perhaps(Self::LONG, self.long.map(i128::from), rules::whole),
            perhaps(Self::SIZE, self.size.map(|size| size as i128), rules::whole),
            perhaps(
                Self::UNSIGNED_BYTE,
                self.unsigned_byte.map(i128::from),
                rules::whole,
            ),
            perhaps(
                Self::UNSIGNED_SHORT,
                self.unsigned_short.map(i128::from),
                rules::whole,
            ),
            perhaps(
                Self::UNSIGNED_INT,
                self.unsigned_int.map(i128::from),
                rules::whole,
            ),
            perhaps(
                Self::UNSIGNED_LONG,
                self.unsigned_long.map(i128::from),
                rules::whole,
            ),
            perhaps(
                Self::UNSIGNED_SIZE,
                self.unsigned_size.map(|size| size as i128),
                rules::whole,
            ),
        ]
    }
}

/// An enum that holds the options it does not name, too.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, NotionOption)]
pub(crate) enum Tag {
    #[notion(name = "a")]
    A,
    #[notion(name = "in review")]
    InReview,
    #[notion(other)]
    Other(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, NotionOption)]
pub(crate) enum Stage {
    Todo,
    Doing,
    Done,
}

#[derive(Debug, Clone, NotionRow)]
pub(crate) struct Options {
    #[notion(title, key)]
    key: String,
    #[notion(select)]
    select_string: Option<String>,
    #[notion(select)]
    select_open: Option<Tag>,
    #[notion(select)]
    select_closed: Option<Stage>,
    #[notion(status)]
    status: Stage,
    #[notion(status)]
    status_perhaps: Option<String>,
    list: Vec<String>,
    list_open: Vec<Tag>,
    list_closed: Vec<Stage>,
    hashed: HashSet<String>,
    sorted: BTreeSet<Tag>,
    perhaps: Option<Vec<String>>,
}

impl Random for Options {
    fn any(_: &Known) -> BoxedStrategy<Self> {
        let name = || values::option_name();
        let tag = || name().prop_map(tag);
        let stage = || select(vec![Stage::Todo, Stage::Doing, Stage::Done]);
        let one = (
            option::of(name()),
            option::of(tag()),
            option::of(stage()),
            stage(),
            option::of(select(&STAGES[..]).prop_map(str::to_owned)),
        );
        let names = || values::list(name().boxed());
        let many = (
            names(),
            values::list(tag().boxed()),
            vec(stage(), 0..5),
            names(),
            names(),
            option::of(names()),
        );
        (one, many)
            .prop_map(|(one, many)| {
                let (select_string, select_open, select_closed, status, status_perhaps) = one;
                let (list, list_open, list_closed, hashed, sorted, perhaps) = many;
                Self {
                    key: String::new(),
                    select_string,
                    select_open,
                    select_closed,
                    status,
                    status_perhaps,
                    list,
                    list_open,
                    list_closed,
                    hashed: hashed.into_iter().collect(),
                    sorted: sorted.into_iter().map(self::tag).collect(),
                    perhaps,
                }
            })
            .boxed()
    }

    fn key(&mut self) -> &mut String {
        &mut self.key
    }

    fn cells(&self, _: &Known) -> Vec<Cell> {
        let name = |tag: &Tag| tag.name().to_owned();
        let stage = |stage: Stage| stage.name().to_owned();
        let names = self.list_open.iter().map(name).collect();
        let stages = self.list_closed.iter().map(|one| stage(*one)).collect();
        // Sets have no order: they are told apart by a sorted list.
        let mut hashed = Vec::from_iter(self.hashed.iter().cloned());
        hashed.sort();
        let mut sorted = Vec::from_iter(self.sorted.iter().map(name));
        sorted.sort();
        let perhaps_names = self.perhaps.clone().filter(|names| !names.is_empty());
        vec![
            perhaps(Self::SELECT_STRING, self.select_string.clone(), rules::option),
            perhaps(
                Self::SELECT_OPEN,
                self.select_open.as_ref().map(name),
                rules::option,
            ),
            perhaps(Self::SELECT_CLOSED, self.select_closed.map(stage), rules::option),
            cell(Self::STATUS, stage(self.status), rules::option),
            cell(
                Self::STATUS_PERHAPS,
                self.status_perhaps.clone(),
                rules::status(STAGES[0]),
            ),
            cell(Self::LIST, self.list.clone(), rules::options),
            cell(Self::LIST_OPEN, names, rules::options),
            cell(Self::LIST_CLOSED, stages, rules::options),
            cell(Self::HASHED, hashed, rules::options),
            cell(Self::SORTED, sorted, rules::options),
            perhaps(Self::PERHAPS, perhaps_names, rules::options),
        ]
    }

    fn restless(&self) -> Vec<&'static str> {
        // Which option a status begins with, Notion does not say.
        Vec::from_iter(
            self.status_perhaps
                .is_none()
                .then_some(Self::STATUS_PERHAPS.name()),
        )
    }
}

fn tag(name: String) -> Tag {
    match &*name {
        "a" => Tag::A,
        "in review" => Tag::InReview,
        _ => Tag::Other(name),
    }
}

#[derive(Debug, Clone, NotionRow)]
pub(crate) struct Dates {
    #[notion(title, key)]
    key: String,
    range: Option<DateOrRange>,
    day: Option<civil::Date>,
    instant: Option<Timestamp>,
    zoned: Option<Zoned>,
    chrono_day: Option<chrono::NaiveDate>,
    chrono_utc: Option<chrono::DateTime<chrono::Utc>>,
    chrono_fixed: Option<chrono::DateTime<chrono::FixedOffset>>,
    time_day: Option<time::Date>,
    time_moment: Option<time::OffsetDateTime>,
}

impl Random for Dates {
    fn any(_: &Known) -> BoxedStrategy<Self> {
        let day = || option::of(values::any_day());
        let instant = || option::of(values::instant());
        let at = || option::of((values::instant(), values::offset()));
        (
            option::of(values::date()),
            day(),
            instant(),
            option::of(values::zoned()),
            day(),
            instant(),
            at(),
            day(),
            at(),
        )
            .prop_map(
                |(
                    range,
                    day,
                    instant,
                    zoned,
                    chrono_day,
                    chrono_utc,
                    chrono_fixed,
                    time_day,
                    time_moment,
                )| {
                    let utc = |at: Timestamp| {
                        chrono::DateTime::from_timestamp(
                            at.as_second(),
                            at.subsec_nanosecond().unsigned_abs(),
                        )
                    };
                    Self {
                        key: String::new(),
                        range,
                        day,
                        instant,
                        zoned,
                        chrono_day: chrono_day.and_then(|day| {
                            chrono::NaiveDate::from_yo_opt(
                                day.year().into(),
                                day.day_of_year().unsigned_abs().into(),
                            )
                        }),
                        chrono_utc: chrono_utc.and_then(utc),
                        chrono_fixed: chrono_fixed.and_then(|(at, offset)| {
                            Some(utc(at)?.with_timezone(&chrono::FixedOffset::east_opt(offset.seconds())?))
                        }),
                        time_day: time_day.and_then(|day| {
                            time::Date::from_ordinal_date(day.year().into(), day.day_of_year().unsigned_abs())
                                .ok()
                        }),
                        time_moment: time_moment.and_then(|(at, offset)| {
                            let at =
                                time::OffsetDateTime::from_unix_timestamp_nanos(at.as_nanosecond()).ok()?;
                            at.checked_to_offset(time::UtcOffset::from_whole_seconds(offset.seconds()).ok()?)
                        }),
                    }
                },
            )
            .boxed()
    }

    fn key(&mut self) -> &mut String {
        &mut self.key
    }

    fn cells(&self, _: &Known) -> Vec<Cell> {
        let chrono_day = self.chrono_day.map(|day| {
            use chrono::Datelike;
            civil::date(day.year() as i16, day.month() as i8, day.day() as i8)
        });
        let utc = |at: chrono::DateTime<chrono::Utc>| {
            Timestamp::new(at.timestamp(), at.timestamp_subsec_nanos() as i32).expect("a moment")
        };
        let chrono_fixed = self
            .chrono_fixed
            .map(|at| (utc(at.to_utc()), at.offset().local_minus_utc()));
        let time_day = self.time_day.map(|day| {
            let (year, month, day) = day.to_calendar_date();
            civil::date(year as i16, u8::from(month) as i8, day as i8)
        });
        let time_moment = self.time_moment.map(|at| {
            let moment = Timestamp::from_nanosecond(at.unix_timestamp_nanos()).expect("a moment");
            (moment, at.offset().whole_seconds())
        });
        vec![
            perhaps(
                Self::RANGE,
                self.range.as_ref().map(values::range_of),
                rules::range,
            ),
            perhaps(Self::DAY, self.day, rules::day),
            perhaps(Self::INSTANT, self.instant, rules::instant),
            perhaps(
                Self::ZONED,
                self.zoned.as_ref().map(values::moment_of),
                rules::moment,
            ),
            perhaps(Self::CHRONO_DAY, chrono_day, rules::day),
            perhaps(Self::CHRONO_UTC, self.chrono_utc.map(utc), rules::instant),
            perhaps(Self::CHRONO_FIXED, chrono_fixed, rules::moment),
            perhaps(Self::TIME_DAY, time_day, rules::day),
            perhaps(Self::TIME_MOMENT, time_moment, rules::moment),
        ]
    }
}

/// Whatever the relations point at.
#[derive(Debug, Clone, NotionRow)]
pub(crate) struct Target {
    #[notion(title)]
    name: String,
}

#[derive(Debug, Clone, NotionRow)]
pub(crate) struct References {
    #[notion(title, key)]
    key: String,
    people: Vec<UserRef>,
    perhaps_people: Option<Vec<UserRef>>,
    relation: Relation<Target>,
    pages: Vec<PageId>,
    related: Option<Related<Target>>,
    page: Option<PageId>,
    files: Vec<FileRef>,
    place: Option<Place>,
    verification: Verification,
}

impl Random for References {
    fn any(known: &Known) -> BoxedStrategy<Self> {
        let people = || values::list(values::person(known));
        let pages = || values::list(values::page(known));
        let page = || option::of(values::page(known));
        let others = (
            values::list(values::file().boxed()),
            option::of(values::place()),
            values::verification(),
        );
        (
            people(),
            option::of(people()),
            pages(),
            pages(),
            page(),
            page(),
            others,
        )
            .prop_map(
                |(people, perhaps_people, relation, pages, related, page, (files, place, verification))| {
                    Self {
                        key: String::new(),
                        people,
                        perhaps_people,
                        relation: relation.into(),
                        pages,
                        related: related.map(Into::into),
                        page,
                        files,
                        place,
                        verification,
                    }
                },
            )
            .boxed()
    }

    fn key(&mut self) -> &mut String {
        &mut self.key
    }

    fn cells(&self, known: &Known) -> Vec<Cell> {
        let ids = |pages: &[PageId]| Vec::from_iter(pages.iter().map(|page| Uuid::from(*page)));
        let people = self.perhaps_people.as_ref().filter(|people| !people.is_empty());
        let any = |id: &PageId| Some(*id);
        vec![
            cell(Self::PEOPLE, values::people_of(&self.people), rules::references),
            perhaps(
                Self::PERHAPS_PEOPLE,
                people.map(|people| values::people_of(people)),
                rules::references,
            ),
            cell(Self::RELATION, ids(&self.relation), rules::references),
            cell(Self::PAGES, ids(&self.pages), rules::references),
            perhaps(Self::RELATED, self.related.map(PageId::from), any),
            perhaps(Self::PAGE, self.page, any),
            cell(Self::FILES, values::files_of(&self.files), rules::files),
            perhaps(
                Self::PLACE,
                self.place.as_ref().map(values::place_of),
                rules::place,
            ),
            cell(
                Self::VERIFICATION,
                values::verification_of(&self.verification),
                rules::verification(known.me),
            ),
        ]
    }
}
