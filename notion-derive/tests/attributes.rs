//! What the attributes of rows and options do, from JSON and back.

use std::net::IpAddr;

use notion_core::kind;
use notion_core::prelude::*;
use notion_core::property::{OptionColor, StatusGroup};
use notion_core::query::ReadOnly;
use notion_core::row::properties_json;
use notion_core::{Column, KeyedRow};

/// A page whose properties have an id each, in the order given.
fn page(properties: &[(&str, &str, &str)]) -> String {
    let properties: Vec<_> = properties
        .iter()
        .enumerate()
        .map(|(id, (name, kind, value))| {
            format!(r#""{name}":{{"id":"p{id}","type":"{kind}","{kind}":{value}}}"#)
        })
        .collect();
    format!(
        r#"{{"object":"page","id":"b55c9c91-384d-452b-81db-d1ef79372b75","created_time":"2026-11-20T09:00:00.000Z","last_edited_time":"2026-11-20T09:00:00.000Z","properties":{{{}}}}}"#,
        properties.join(",")
    )
}

fn text(text: &str) -> String {
    if text.is_empty() {
        return "[]".to_owned();
    }
    format!(r#"[{{"type":"text","text":{{"content":"{text}"}},"plain_text":"{text}"}}]"#)
}

fn read<T: NotionRow>(properties: &[(&str, &str, &str)]) -> Result<Row<T>, String> {
    Row::from_json(&page(properties)).map_err(|error| error.to_string())
}

#[test]
fn columns_are_named_by_rule_where_the_field_gives_no_name() {
    #[derive(NotionRow)]
    #[notion(rename_all = "Title Case", description = "What is planned.")]
    struct Plan {
        #[notion(title)]
        plan_name: String,
        due_date: Option<DateOrRange>,
        #[notion(name = "cost (€)")]
        r#type: Option<f64>,
    }

    assert_eq!(Plan::PLAN_NAME.name(), "Plan Name");
    assert_eq!(Plan::PLAN_NAME.def.id, Some("title"));
    assert_eq!(Plan::DUE_DATE.name(), "Due Date");
    assert_eq!(Plan::TYPE.name(), "cost (€)");
    assert_eq!(Plan::DESCRIPTION, "What is planned.");
}

#[test]
fn documentation_is_kept_for_people() {
    /// Work
    /// to do.
    ///
    /// And what programmers should know.
    #[derive(NotionRow)]
    struct Task {
        /// Until when.
        ///
        /// More.
        due: Option<DateOrRange>,
        /// Not this.
        #[notion(description = "How much.")]
        points: Option<f64>,
        plain: bool,
    }

    assert_eq!(Task::DESCRIPTION, "Work to do.");
    let descriptions: Vec<_> = Task::COLUMNS.iter().map(|column| column.description).collect();
    assert_eq!(descriptions, [Some("Until when."), Some("How much."), None]);
}

#[derive(Debug, Clone, PartialEq, NotionRow)]
#[notion(insert = NewTicket, insert_derive(Debug, Clone, PartialEq))]
struct Ticket {
    #[notion(title, name = "Name")]
    name: String,
    #[notion(key, name = "Project")]
    project: String,
    #[notion(key, name = "Number")]
    number: Option<u32>,
    #[notion(read_only, name = "Votes")]
    votes: Option<u32>,
    #[notion(created_time, name = "Created")]
    created: jiff::Timestamp,
    #[notion(skip)]
    seen: bool,
    #[notion(skip, default = "five")]
    retries: u8,
}

fn five() -> u8 {
    5
}

#[test]
fn the_companion_has_the_columns_that_are_written() {
    let new = NewTicket {
        name: "Ship it".to_owned(),
        project: "Core".to_owned(),
        number: Some(7),
    };
    assert_eq!(
        properties_json(&new.clone()).unwrap(),
        concat!(
            r#"{"Name":{"title":[{"text":{"content":"Ship it"}}]},"#,
            r#""Project":{"rich_text":[{"text":{"content":"Core"}}]},"Number":{"number":7}}"#
        )
    );
    assert_eq!(new.key().to_string(), r#"Project.eq("Core") & Number.eq(7)"#);
    let unnumbered = NewTicket { number: None, ..new };
    assert_eq!(
        unnumbered.key().to_string(),
        r#"Project.eq("Core") & Number.is_empty()"#
    );
}

#[test]
fn what_is_read_only_or_no_column_is_read_all_the_same() {
    let row = read::<Ticket>(&[
        ("Name", "title", &text("Ship it")),
        ("Project", "rich_text", &text("Core")),
        ("Number", "number", "7"),
        ("Votes", "number", "3"),
        ("Created", "created_time", r#""2026-11-20T09:00:00.000Z""#),
    ])
    .unwrap();
    assert_eq!((row.votes, row.seen, row.retries), (Some(3), false, 5));
    assert_eq!(row.key().to_string(), r#"Project.eq("Core") & Number.eq(7)"#);
    let _: Column<Ticket, kind::Number, Option<u32>, ReadOnly> = Ticket::VOTES;
}

#[test]
fn an_empty_value_is_read_as_the_default() {
    #[derive(Debug, PartialEq, NotionRow)]
    struct Setting {
        #[notion(default)]
        points: i64,
        #[notion(default = "nobody")]
        owner: String,
        #[notion(url, default = "nobody")]
        link: String,
        #[notion(default = "some", name = "Known")]
        known: Option<f64>,
    }

    fn nobody() -> String {
        "nobody".to_owned()
    }

    fn some() -> Option<f64> {
        Some(0.5)
    }

    let empty = [
        ("points", "number", "null"),
        ("owner", "rich_text", "[]"),
        ("link", "url", "null"),
        ("Known", "number", "null"),
    ];
    let row = read::<Setting>(&empty).unwrap();
    assert_eq!(
        *row,
        Setting {
            points: 0,
            owner: nobody(),
            link: nobody(),
            known: Some(0.5),
        }
    );
    let row = read::<Setting>(&[
        ("points", "number", "3"),
        ("owner", "rich_text", &text("Ada")),
        ("link", "url", r#""https://example.com""#),
        ("Known", "number", "2"),
    ])
    .unwrap();
    assert_eq!((row.points, &*row.owner, row.known), (3, "Ada", Some(2.0)));
    assert_eq!(
        properties_json(&*row).unwrap(),
        concat!(
            r#"{"points":{"number":3},"owner":{"rich_text":[{"text":{"content":"Ada"}}]},"#,
            r#""link":{"url":"https://example.com"},"Known":{"number":2}}"#
        )
    );
}

#[derive(Debug, PartialEq, NotionRow)]
struct Host {
    #[notion(title, parse, key)]
    address: IpAddr,
    #[notion(parse, name = "Gateway")]
    gateway: Option<IpAddr>,
    #[notion(parse, url, name = "Site", default = "localhost")]
    site: std::net::SocketAddr,
    #[notion(with = "minutes", name = "Uptime")]
    uptime: std::time::Duration,
}

fn localhost() -> std::net::SocketAddr {
    ([127, 0, 0, 1], 80).into()
}

mod minutes {
    use std::time::Duration;

    pub(super) type Value = f64;

    pub(super) fn read(minutes: f64) -> Result<Duration, String> {
        Duration::try_from_secs_f64(minutes * 60.0).map_err(|error| format!("{minutes} minutes: {error}"))
    }

    pub(super) fn write(duration: &Duration) -> f64 {
        duration.as_secs_f64() / 60.0
    }
}

fn host(address: &str, gateway: &str, site: &str, uptime: &str) -> Result<Row<Host>, String> {
    read(&[
        ("title", "title", &*text(address)),
        ("Gateway", "rich_text", &*text(gateway)),
        ("Site", "url", site),
        ("Uptime", "number", uptime),
    ])
}

#[test]
fn fields_hold_what_is_parsed_or_converted() {
    let row = host("10.0.0.1", "10.0.0.254", "null", "90").unwrap();
    assert_eq!(
        *row,
        Host {
            address: [10, 0, 0, 1].into(),
            gateway: Some([10, 0, 0, 254].into()),
            site: localhost(),
            uptime: std::time::Duration::from_secs(5400),
        }
    );
    assert_eq!(
        properties_json(&*row).unwrap(),
        concat!(
            r#"{"title":{"title":[{"text":{"content":"10.0.0.1"}}]},"#,
            r#""Gateway":{"rich_text":[{"text":{"content":"10.0.0.254"}}]},"#,
            r#""Site":{"url":"127.0.0.1:80"},"Uptime":{"number":90}}"#
        )
    );
    assert_eq!(row.key().to_string(), r#"title.eq("10.0.0.1")"#);
    assert_eq!(host("10.0.0.1", "", "null", "90").unwrap().gateway, None);
    // Filters compare what the column holds.
    assert_eq!(
        Host::ADDRESS.starts_with("10.").to_string(),
        r#"title.starts_with("10.")"#
    );
    assert_eq!(Host::UPTIME.ge(90).to_string(), "Uptime.ge(90)");
}

#[test]
fn what_cannot_be_parsed_or_converted_is_an_error_that_names_the_column() {
    let id = "b55c9c91-384d-452b-81db-d1ef79372b75";
    let error = |address, gateway, uptime| host(address, gateway, "null", uptime).unwrap_err();
    assert!(
        error("here", "", "1").starts_with(&format!(
            "column `title` of row {id}, mapped as `title`, is `here`, which is no `IpAddr`: invalid IP address syntax"
        )),
        "{}",
        error("here", "", "1")
    );
    assert!(error("", "", "1").starts_with(&format!("column `title` of row {id} is empty")));
    assert!(error("::1", "there", "1").contains("column `Gateway`"));
    assert!(
        error("::1", "", "-1").contains(
            "column `Uptime` of row b55c9c91-384d-452b-81db-d1ef79372b75, mapped as `number`, does not fit the field: -1 minutes"
        ),
        "{}",
        error("::1", "", "-1")
    );
}

#[derive(Debug, Clone, PartialEq, NotionRow)]
struct Place {
    #[notion(name = "Country", key)]
    country: String,
    #[notion(name = "Zip", parse, key)]
    zip: u32,
}

#[derive(Debug, Clone, PartialEq, NotionRow)]
struct Contact {
    #[notion(email, name = "Mail")]
    mail: Option<String>,
    #[notion(flatten)]
    place: Place,
}

#[derive(Debug, PartialEq, NotionRow)]
struct Audit {
    #[notion(created_time, name = "Created")]
    created: jiff::Timestamp,
}

#[derive(Debug, PartialEq, NotionRow)]
struct Customer {
    #[notion(flatten)]
    contact: Contact,
    #[notion(title, key, name = "Name")]
    name: String,
    #[notion(flatten, key)]
    billing: Billing,
    #[notion(flatten, read_only)]
    audit: Audit,
    #[notion(name = "Active")]
    active: bool,
}

#[derive(Debug, PartialEq, NotionRow)]
struct Billing {
    #[notion(name = "VAT", key)]
    vat: String,
}

#[test]
fn flattened_columns_follow_the_own_ones() {
    let names: Vec<_> = Customer::COLUMNS.iter().map(|column| column.name).collect();
    assert_eq!(
        names,
        ["Name", "Active", "Mail", "Country", "Zip", "VAT", "Created"]
    );
    let row = read::<Customer>(&[
        ("Created", "created_time", r#""2026-11-20T09:00:00.000Z""#),
        ("Zip", "rich_text", &text("8001")),
        ("VAT", "rich_text", &text("CHE-1")),
        ("Mail", "email", "null"),
        ("Name", "title", &text("Ada")),
        ("Country", "rich_text", &text("CH")),
        ("Active", "checkbox", "true"),
    ])
    .unwrap();
    assert_eq!(
        *row,
        Customer {
            contact: Contact {
                mail: None,
                place: Place {
                    country: "CH".to_owned(),
                    zip: 8001,
                },
            },
            name: "Ada".to_owned(),
            billing: Billing {
                vat: "CHE-1".to_owned(),
            },
            audit: Audit {
                created: "2026-11-20T09:00:00Z".parse().unwrap(),
            },
            active: true,
        }
    );
    assert_eq!(
        properties_json(&*row).unwrap(),
        concat!(
            r#"{"Mail":{"email":null},"Country":{"rich_text":[{"text":{"content":"CH"}}]},"#,
            r#""Zip":{"rich_text":[{"text":{"content":"8001"}}]},"Name":{"title":[{"text":{"content":"Ada"}}]},"#,
            r#""VAT":{"rich_text":[{"text":{"content":"CHE-1"}}]},"Active":{"checkbox":true}}"#
        )
    );
    assert_eq!(row.key().to_string(), r#"Name.eq("Ada") & VAT.eq("CHE-1")"#);
}

#[test]
fn flattened_columns_are_reached_through_the_field() {
    let place = Customer::CONTACT.nested(Contact::PLACE);
    let filter = place.column(Place::COUNTRY).eq("CH") | Customer::ACTIVE;
    assert_eq!(filter.to_string(), r#"Country.eq("CH") | Active.is(true)"#);
    let filter =
        Customer::CONTACT.filter(!(Contact::MAIL.is_empty() | Contact::PLACE.column(Place::ZIP).eq("1")));
    assert_eq!(filter.to_string(), r#"!(Mail.is_empty() | Zip.eq("1"))"#);
    assert_eq!(format!("{:?}", place.column(Place::ZIP).asc()), "Sort(Zip.asc())");
}

#[derive(Debug, PartialEq, NotionRow)]
#[notion(insert = NewStamp)]
struct Stamp {
    #[notion(name = "By")]
    by: String,
    #[notion(last_edited_time, name = "Edited")]
    edited: jiff::Timestamp,
}

#[derive(NotionRow)]
#[notion(insert = NewNote)]
#[expect(dead_code, reason = "only its companion is made here")]
struct Note {
    #[notion(title)]
    text: String,
    #[notion(flatten, insert = NewStamp)]
    stamp: Stamp,
}

#[test]
fn a_companion_holds_the_companions_of_flattened_structs() {
    let note = NewNote {
        text: "Hi".to_owned(),
        stamp: NewStamp { by: "Ada".to_owned() },
    };
    assert_eq!(
        properties_json(&note).unwrap(),
        r#"{"title":{"title":[{"text":{"content":"Hi"}}]},"By":{"rich_text":[{"text":{"content":"Ada"}}]}}"#
    );
}

#[test]
fn a_row_of_columns_that_are_only_read_may_be_flattened_and_read() {
    #[derive(NotionRow)]
    struct Seen {
        #[notion(title)]
        name: String,
        #[notion(flatten)]
        audit: Audit,
    }

    assert_eq!(Seen::COLUMNS.len(), 2);
}

#[test]
fn options_say_what_people_see() {
    /// How far it is.
    #[derive(Debug, Clone, PartialEq, NotionOption)]
    #[notion(rename_all = "Sentence case")]
    enum State {
        /// Nobody has begun.
        #[notion(color = "gray", group = "to_do")]
        NotStarted,
        #[notion(color = "blue", group = "in_progress", description = "Somebody is at it.")]
        InProgress,
        #[notion(name = "Done ✅", group = "complete")]
        Done,
        #[notion(other)]
        Other(String),
    }

    let [not_started, in_progress, done] = State::OPTIONS else {
        panic!("{:?}", State::OPTIONS)
    };
    assert_eq!(not_started.name, "Not started");
    assert_eq!(not_started.color, Some(OptionColor::Gray));
    assert_eq!(not_started.group, Some(StatusGroup::ToDo));
    assert_eq!(not_started.description, Some("Nobody has begun."));
    assert_eq!(in_progress.name, "In progress");
    assert_eq!(in_progress.description, Some("Somebody is at it."));
    assert_eq!((done.name, done.color), ("Done ✅", None));
    assert_eq!(State::from_name("In progress"), Some(State::InProgress));
    assert_eq!(State::Other("Waiting".to_owned()).name(), "Waiting");
}
