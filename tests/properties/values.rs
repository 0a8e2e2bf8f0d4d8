//! Random values, and what is seen of them: in the plain types of the [rules](crate::rules).

use std::fmt::Debug;

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};
use notion_core::{
    DatabaseId, DateOrRange, DateOrTime, FileRef, Mention, PageId, Place, RichText, Span, SpanContent,
    TemplateMention, TextColor, UserId, UserKind, UserRef, Verification, VerificationState,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

use crate::rules::{self, Moment, Piece, Point, Range, What};

/// The colours that text can have.
const COLORS: [&str; 20] = [
    "default",
    "gray",
    "brown",
    "orange",
    "yellow",
    "green",
    "blue",
    "purple",
    "pink",
    "red",
    "default_background",
    "gray_background",
    "brown_background",
    "orange_background",
    "yellow_background",
    "green_background",
    "blue_background",
    "purple_background",
    "pink_background",
    "red_background",
];

/// Zones with summer time, without, with odd offsets, and on both sides of the line where the day changes.
const ZONES: [&str; 7] = [
    "UTC",
    "Europe/Berlin",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "America/New_York",
];

/// Text of any characters: nothing, a word, or about as long as an item of Notion's or a whole request can be.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let about =
        |length: usize| (any::<char>(), length - 4..length + 4).prop_map(|(c, n)| c.to_string().repeat(n));
    prop_oneof![
        100 => any::<String>(),
        100 => "[a-c\\\\\"\n,é😀 ]{0,8}",
        10 => about(1_000),
        10 => about(2_000),
        4 => about(4_000),
        1 => about(200_000),
    ]
}

/// Text of one line, which is seldom longer than `limit`.
pub(crate) fn line(limit: usize) -> impl Strategy<Value = String> {
    prop_oneof![
        60 => "[a-z0-9+@./é ]{1,30}",
        30 => any::<String>(),
        1 => Just(String::new()),
        1 => (any::<char>(), limit - 2..limit + 2).prop_map(|(c, n)| c.to_string().repeat(n)),
    ]
}

/// The names of options. Two that differ in nothing but the case of letters would be one, so there is only one case.
pub(crate) fn option_name() -> impl Strategy<Value = String> {
    prop_oneof![
        40 => select(&["a", "b", "c", "d", "é", "😀", "in review", "\"1\"", "x\\y"][..]).prop_map(str::to_owned),
        4 => "[a-z]{1,2}",
        1 => "[0-9]{99,101}",
        1 => "[,a]{0,2}",
    ]
}

/// A list of few things, or now and then of about as many as Notion takes.
pub(crate) fn list<T: Debug>(one: impl Strategy<Value = T> + Clone) -> impl Strategy<Value = Vec<T>> {
    prop_oneof![30 => vec(one.clone(), 0..5), 1 => vec(one.clone(), 20..30), 1 => vec(one, 96..106)]
}

pub(crate) fn number() -> impl Strategy<Value = f64> {
    let special = [
        0.0,
        -0.0,
        0.1,
        0.3,
        1e15,
        1e16,
        1e17,
        9e18,
        1e21,
        -1e100,
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
        5e-324,
        f64::EPSILON,
        9_007_199_254_740_991.0,
        9_007_199_254_740_992.0,
        9_007_199_254_740_994.0,
        f64::NAN,
        f64::INFINITY,
    ];
    prop_oneof![3 => any::<f64>(), 3 => -1e6..1e6, 3 => (-1_000i32..1_000).prop_map(f64::from), 1 => select(special.to_vec())]
}

/// Integers of any type: small, any, or at the edges of it and of what a double holds.
pub(crate) fn integer<T: TryFrom<i128> + Debug + Clone + 'static>() -> BoxedStrategy<T> {
    let edge = prop_oneof![
        Just(1_i128 << 53),
        (0..128_u32).prop_map(|bits| (1_i128 << bits.min(126)) - 1),
        Just(i128::from(i64::MIN)),
    ];
    let any = prop_oneof![
        6 => -300..300_i128,
        4 => -(1_i128 << 53)..=(1 << 53),
        1 => any::<i64>().prop_map(i128::from),
        1 => (edge, -2..3_i128).prop_map(|(edge, off)| edge + off),
    ];
    any.prop_filter_map("does not fit", |number| T::try_from(number).ok())
        .boxed()
}

pub(crate) fn day() -> impl Strategy<Value = Date> {
    let of = |years| {
        (years, 1..=12_i8, 1..=31_i8).prop_map(|(year, month, day)| {
            let first = Date::constant(year, month, 1);
            first
                .with()
                .day(day.min(first.days_in_month()))
                .build()
                .expect("a day")
        })
    };
    prop_oneof![40 => of(1990..2060_i16), 10 => of(0..9_999), 1 => of(-9_999..0)]
}

/// Days alone go to the end of the calendar, where there are not moments for all time zones.
pub(crate) fn any_day() -> impl Strategy<Value = Date> {
    prop_oneof![50 => day(), 1 => Just(Date::constant(9_999, 12, 31))]
}

pub(crate) fn local() -> impl Strategy<Value = DateTime> {
    (day(), 0..86_400_i64, prop_oneof![Just(0), 0..1_000_000_000_i64]).prop_map(
        |(day, second, nanosecond)| {
            let time = jiff::civil::Time::midnight() + jiff::SignedDuration::new(second, nanosecond as i32);
            day.to_datetime(time)
        },
    )
}

pub(crate) fn instant() -> impl Strategy<Value = Timestamp> {
    (local(), -50_000..50_000_i32).prop_filter_map("is no moment", |(local, offset)| {
        Offset::from_seconds(offset).ok()?.to_timestamp(local).ok()
    })
}

/// Offsets of whole minutes, but for a few of which there were such in the 19th century.
pub(crate) fn offset() -> impl Strategy<Value = Offset> {
    let minutes = (-14 * 60..=14 * 60_i32).prop_map(|minutes| minutes * 60);
    prop_oneof![40 => minutes, 1 => -50_000..50_000_i32]
        .prop_map(|seconds| Offset::from_seconds(seconds).expect("an offset"))
}

pub(crate) fn zoned() -> impl Strategy<Value = Zoned> {
    let zone = prop_oneof![
        select(&ZONES[..]).prop_map(|name| TimeZone::get(name).expect("a zone")),
        offset().prop_map(TimeZone::fixed),
    ];
    (instant(), zone).prop_map(|(at, zone)| at.to_zoned(zone))
}

pub(crate) fn date() -> impl Strategy<Value = DateOrRange> {
    let time = (local(), option::weighted(0.7, offset()))
        .prop_map(|(local, offset)| DateOrTime::Time { local, offset })
        .boxed();
    let point = prop_oneof![any_day().prop_map(DateOrTime::from), time].boxed();
    // Ends that fit their start: so many minutes later, as the same sort.
    let later = (point.clone(), -2..90_i64).prop_map(|(start, minutes)| {
        let end = match start {
            DateOrTime::Date(day) => {
                DateOrTime::Date(day.saturating_add(jiff::SignedDuration::from_hours(24 * minutes)))
            }
            DateOrTime::Time { local, offset } => DateOrTime::Time {
                local: local.saturating_add(jiff::SignedDuration::from_mins(minutes)),
                offset,
            },
            other => other,
        };
        (start, Some(end))
    });
    let any_ends = (point.clone(), option::of(point.clone()));
    let ends = prop_oneof![20 => point.prop_map(|start| (start, None)), 20 => later, 1 => any_ends];
    let zone = option::weighted(0.2, select(&ZONES[..]));
    (ends, zone).prop_map(|((start, end), zone)| {
        let mut date = DateOrRange::from(start);
        date.end = end;
        match (zone, start) {
            (Some(zone), DateOrTime::Time { .. }) => date.in_zone(zone),
            _ => date,
        }
    })
}

/// What of a date is seen.
pub(crate) fn range_of(date: &DateOrRange) -> Range {
    let point = |point: &DateOrTime| match point {
        DateOrTime::Date(day) => Point::Day(*day),
        DateOrTime::Time { local, offset } => Point::Time(*local, offset.map(Offset::seconds)),
        other => panic!("{other:?}"),
    };
    Range {
        start: point(&date.start),
        end: date.end.as_ref().map(point),
        zone: date.time_zone.clone(),
    }
}

pub(crate) fn moment_of(zoned: &Zoned) -> Moment {
    (zoned.timestamp(), zoned.offset().seconds())
}

/// What there is to refer to.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) users: Vec<Uuid>,
    pub(crate) groups: Vec<Uuid>,
    pub(crate) pages: Vec<Uuid>,
    pub(crate) database: Uuid,
    pub(crate) me: Uuid,
}

pub(crate) fn person(known: &Known) -> impl Strategy<Value = UserRef> + Clone + use<> {
    let user = select(known.users.clone()).prop_map(|id| UserRef::new(id.into()));
    let group = select(known.groups.clone()).prop_map(|id| UserRef::group(id.into()));
    prop_oneof![9 => user, 1 => group]
}

/// Whom a reference names, and whether they are a group.
pub(crate) fn people_of(people: &[UserRef]) -> Vec<(Uuid, bool)> {
    people
        .iter()
        .map(|user| (user.id.into(), user.kind == UserKind::Group))
        .collect()
}

pub(crate) fn page(known: &Known) -> impl Strategy<Value = PageId> + Clone + use<> {
    select(known.pages.clone()).prop_map(PageId::from)
}

pub(crate) fn file() -> impl Strategy<Value = FileRef> + Clone {
    let name = prop_oneof![99 => "[a-z. é😀]{1,9}", 1 => Just(String::new())];
    let url = prop_oneof![99 => "https://[a-z]{1,5}\\.example/[a-z?=&]{0,9}", 1 => line(rules::MAX_URL)];
    (name, url).prop_map(|(name, url)| FileRef::external(name, url))
}

/// The names and addresses of files.
pub(crate) fn files_of(files: &[FileRef]) -> Vec<(String, String)> {
    files
        .iter()
        .map(|file| (file.name.clone(), file.url().unwrap_or_default().to_owned()))
        .collect()
}

pub(crate) fn place() -> impl Strategy<Value = Place> {
    let degrees = |limit: f64| {
        prop_oneof![
            30 => -limit..=limit,
            1 => Just(-0.0),
            1 => select(vec![limit, -limit]),
            1 => number(),
        ]
    };
    let text = || option::of("[a-z é]{0,9}");
    (degrees(90.0), degrees(180.0), text(), text()).prop_map(|(lat, lon, name, address)| {
        let mut place = Place::new(lat, lon);
        (place.name, place.address) = (name, address);
        place
    })
}

pub(crate) fn place_of(place: &Place) -> rules::Place {
    (place.lat, place.lon, place.name.clone(), place.address.clone())
}

pub(crate) fn verification() -> impl Strategy<Value = Verification> {
    let unverified = Just(Verification::unverified());
    let with_time = (any::<bool>(), date()).prop_map(|(verified, time)| {
        let state = if verified {
            Verification::verified()
        } else {
            Verification::unverified()
        };
        state.for_time(time)
    });
    prop_oneof![1 => unverified, 1 => Just(Verification::verified()), 4 => with_time]
}

pub(crate) fn verification_of(verification: &Verification) -> rules::Verification {
    let verified = verification.state == VerificationState::Verified;
    let by = verification.verified_by.as_ref().map(|user| user.id.into());
    (verified, verification.date.as_ref().map(range_of), by)
}

/// Pieces of text as a program may put them together: also empty ones, and neighbours that look alike.
pub(crate) fn pieces(known: &Known) -> impl Strategy<Value = Vec<Piece>> + use<> {
    let link = prop_oneof![
        20 => Just(None),
        10 => "https://[a-z]{1,3}\\.example/[a-z]{0,3}".prop_map(Some),
        1 => line(rules::MAX_URL).prop_map(Some),
    ];
    let equation = prop_oneof![20 => "[a-z^_{}\\\\ ]{1,9}", 1 => "x{999,1001}"];
    let what = prop_oneof![
        20 => (text(), link).prop_map(|(text, link)| What::Text { text, link }),
        2 => equation.prop_map(What::Equation),
        1 => select(known.users.clone()).prop_map(What::User),
        1 => select(known.pages.clone()).prop_map(What::Page),
        1 => Just(What::Database(known.database)),
        1 => date().prop_map(|date| What::Date(range_of(&date))),
        1 => select(&["today", "now", "me"][..]).prop_map(What::Template),
    ];
    let plain = Just(([false; 5], "default"));
    let look = prop_oneof![2 => plain, 1 => (any::<[bool; 5]>(), select(&COLORS[..]))];
    let piece = (what, look).prop_map(|(what, look)| Piece { what, look }).boxed();
    prop_oneof![40 => vec(piece.clone(), 0..6), 1 => vec(piece, 80..120)]
}

/// The text that a program makes of them.
pub(crate) fn rich_text(pieces: &[Piece]) -> RichText {
    pieces.iter().map(span).collect()
}

fn span(piece: &Piece) -> Span {
    let span = match &piece.what {
        What::Text { text, link: None } => Span::text(text),
        What::Text {
            text,
            link: Some(link),
        } => Span::text(text).link(link),
        What::Equation(expression) => Span::equation(expression),
        What::User(id) => Span::mention(UserId::from(*id)),
        What::Page(id) => Span::mention(PageId::from(*id)),
        What::Database(id) => Span::mention(DatabaseId::from(*id)),
        What::Date(range) => Span::mention(date_of(range)),
        What::Template(name) => Span::mention(match *name {
            "today" => TemplateMention::Today,
            "now" => TemplateMention::Now,
            _ => TemplateMention::Me,
        }),
    };
    let ([bold, italic, strikethrough, underline, code], color) = piece.look;
    let span = if bold { span.bold() } else { span };
    let span = if italic { span.italic() } else { span };
    let span = if strikethrough { span.strikethrough() } else { span };
    let span = if underline { span.underline() } else { span };
    let span = if code { span.code() } else { span };
    span.color(TextColor::from_name(color))
}

fn date_of(range: &Range) -> DateOrRange {
    let point = |point: &Point| match point {
        Point::Day(day) => DateOrTime::Date(*day),
        Point::Time(local, offset) => DateOrTime::Time {
            local: *local,
            offset: offset.map(|seconds| Offset::from_seconds(seconds).expect("an offset")),
        },
    };
    let mut date = DateOrRange::from(point(&range.start));
    date.end = range.end.as_ref().map(point);
    date.time_zone.clone_from(&range.zone);
    date
}

/// What of a text is seen.
pub(crate) fn pieces_of(text: &RichText) -> Vec<Piece> {
    let piece = |span: &Span| {
        let what = match &span.content {
            SpanContent::Text { text, link, .. } => What::Text {
                text: text.clone(),
                link: link.clone(),
            },
            SpanContent::Equation(expression) => What::Equation(expression.clone()),
            SpanContent::Mention(Mention::User(user)) => What::User(user.id.into()),
            SpanContent::Mention(Mention::Page(id)) => What::Page((*id).into()),
            SpanContent::Mention(Mention::Database(id)) => What::Database((*id).into()),
            SpanContent::Mention(Mention::Date(date)) => What::Date(range_of(date)),
            SpanContent::Mention(Mention::Template(template)) => What::Template(match template {
                TemplateMention::Today => "today",
                TemplateMention::Now => "now",
                _ => "me",
            }),
            other => panic!("{other:?}"),
        };
        let look = &span.annotations;
        let flags = [
            look.bold,
            look.italic,
            look.strikethrough,
            look.underline,
            look.code,
        ];
        let color = COLORS
            .into_iter()
            .find(|color| *color == look.color.name())
            .expect("a colour");
        Piece {
            what,
            look: (flags, color),
        }
    };
    text.spans().iter().map(piece).collect()
}

#[test]
fn a_text_is_put_together_as_the_rules_say() {
    let known = Known {
        users: vec![Uuid::from_u128(1)],
        groups: Vec::new(),
        pages: vec![Uuid::from_u128(2)],
        database: Uuid::from_u128(3),
        me: Uuid::from_u128(4),
    };
    crate::runner(1_000)
        .run(&pieces(&known), |pieces| {
            prop_assert_eq!(pieces_of(&rich_text(&pieces)), rules::joined(&pieces));
            Ok(())
        })
        .unwrap();
}
