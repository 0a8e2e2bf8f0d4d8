//! Mentions: `<mention-user url="user://…">Ada</mention-user>`.

use jiff::civil;
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;

use super::super::mention::Mention;
use super::super::span::{Span, SpanContent};
use super::read::label;
use super::tag::{self, Form, Tag};
use super::write::escape;
use crate::id::{DatabaseId, PageId, UserId};
use crate::property::{DateOrRange, DateOrTime};

/// Where pages and databases are.
const PAGES: &str = "https://app.notion.com/p/";
const USERS: &str = "user://";

/// Reads the mention that a tag begins, with its label and the closing tag behind it, and says how long that is.
pub(super) fn read(tag: &Tag<'_>, text: &str) -> Option<(Span, usize)> {
    let url = || tag.attribute("url");
    let mention = match tag.name {
        "mention-user" => Mention::from(user(url()?)?),
        "mention-page" => Mention::from(page(url()?)?),
        "mention-database" => Mention::from(database(url()?)?),
        "mention" if tag.attribute("type") == Some("database") => Mention::from(database(url()?)?),
        "mention" => match user(url()?) {
            Some(user) => Mention::from(user),
            None => Mention::from(page(url()?)?),
        },
        "mention-date" | "date" => Mention::from(date(tag)?),
        _ => return None,
    };
    let mut span = Span::mention(mention);
    if tag.form == Form::Alone {
        return Some((span, tag.length));
    }
    let (shown, end) = label(text, tag.length);
    let closing = Tag::at_start_of(&text[end..])
        .filter(|closing| closing.form == Form::Closing && closing.name == tag.name)?;
    span.shown = Some(shown.into_boxed_str()).filter(|shown| !shown.is_empty());
    Some((span, end + closing.length))
}

/// Writes a mention, if there is a tag for it.
pub(super) fn write(span: &Span, out: &mut String) {
    let SpanContent::Mention(mention) = &span.content else {
        return;
    };
    let (name, url) = match mention {
        Mention::User(user) => ("mention-user", format!("{USERS}{}", user.id)),
        Mention::Page(id) => ("mention-page", format!("{PAGES}{}", id.as_uuid().simple())),
        Mention::Database(id) => ("mention-database", format!("{PAGES}{}", id.as_uuid().simple())),
        Mention::Date(date) => return write_date(date, out),
        _ => return,
    };
    tag::open(name, &[("url", Some(&url))], out);
    match &span.shown {
        Some(label) => {
            escape(label, " ", out);
            out.push_str("</");
            out.push_str(name);
            out.push('>');
        }
        None => alone(out),
    }
}

/// Whether there is a tag for it.
pub(super) fn has_tag(mention: &Mention) -> bool {
    matches!(
        mention,
        Mention::User(_) | Mention::Page(_) | Mention::Database(_) | Mention::Date(_)
    )
}

/// Makes the opening tag at the end one that stands alone.
fn alone(out: &mut String) {
    out.pop();
    out.push_str("/>");
}

fn user(url: &str) -> Option<UserId> {
    url.strip_prefix(USERS)?.parse().ok()
}

fn page(url: &str) -> Option<PageId> {
    url.parse().ok()
}

fn database(url: &str) -> Option<DatabaseId> {
    url.parse().ok()
}

/// The attributes were renamed between the two versions of the tag.
fn date(tag: &Tag<'_>) -> Option<DateOrRange> {
    let either = |old: &str, new: &str| tag.attribute(old).or_else(|| tag.attribute(new));
    let start = moment(tag.attribute("start")?, either("startTime", "start-time"))?;
    let end = match tag.attribute("end") {
        Some(end) => Some(moment(end, either("endTime", "end-time"))?),
        None => None,
    };
    let mut date = DateOrRange::from(start);
    date.end = end;
    date.time_zone = either("timeZone", "time-zone").map(str::to_owned);
    Some(date)
}

fn moment(date: &str, time: Option<&str>) -> Option<DateOrTime> {
    let date: civil::Date = date.parse().ok()?;
    let Some(time) = time else {
        return Some(date.into());
    };
    // `civil::Time` would also take a time with a date before it.
    let local = date.to_datetime(Pieces::parse(&format!("{date}T{time}")).ok()?.time()?);
    Some(DateOrTime::Time { local, offset: None })
}

/// The tag names zones and no offsets: a time with an offset is written as it is in UTC.
fn write_date(date: &DateOrRange, out: &mut String) {
    let DateOrRange {
        start,
        end,
        time_zone,
        ..
    } = date;
    let has_offset = |time: &DateOrTime| matches!(time, DateOrTime::Time { offset: Some(_), .. });
    let in_utc = time_zone.is_none() && (has_offset(start) || end.as_ref().is_some_and(has_offset));
    let shown = |time: &DateOrTime| match time.timestamp() {
        Some(moment) if in_utc => DateOrTime::Time {
            local: Offset::UTC.to_datetime(moment),
            offset: None,
        },
        _ => *time,
    };
    let parts = |time: &DateOrTime| {
        let clock = match shown(time) {
            DateOrTime::Date(_) => None,
            DateOrTime::Time { local, .. } => Some(local.strftime("%H:%M").to_string()),
        };
        (shown(time).date().to_string(), clock)
    };
    let (start, start_time) = parts(start);
    let (end, end_time) = end.as_ref().map(parts).unzip();
    let zone = time_zone.as_deref().or(in_utc.then_some("UTC"));
    let attributes = [
        ("start", Some(&*start)),
        ("startTime", start_time.as_deref()),
        ("end", end.as_deref()),
        ("endTime", end_time.as_ref().and_then(|time| time.as_deref())),
        ("timeZone", zone),
    ];
    tag::open("mention-date", &attributes, out);
    alone(out);
}
