//! The patterns of `formatDate`, which are those of the library Moment in its English locale.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

/// The pieces of a pattern that stand for something, those first that begin with another one.
const PIECES: [&str; 53] = [
    "YYYY", "MMMM", "DDDD", "dddd", "GGGG", "gggg", "LLLL", "DDDo", "MMM", "DDD", "ddd", "SSS", "LTS", "LLL",
    "YY", "MM", "Mo", "DD", "Do", "dd", "do", "GG", "gg", "WW", "Wo", "ww", "wo", "Qo", "HH", "hh", "kk",
    "mm", "ss", "ZZ", "LT", "LL", "Y", "M", "D", "d", "e", "E", "W", "w", "Q", "H", "h", "k", "m", "s", "A",
    "a", "Z",
];

/// Writes a moment, which is in UTC. What a pattern has in brackets stays as it is.
pub(super) fn format(moment: DateTime, pattern: &str) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        if let Some((literal, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            out.push_str(literal);
            rest = after;
        } else if let Some(piece) = PIECES.into_iter().find(|piece| rest.starts_with(piece)) {
            out.push_str(&write(moment, piece));
            rest = &rest[piece.len()..];
        } else {
            match first {
                'L' => out.push_str(&format(moment, "MM/DD/YYYY")),
                'X' => out.push_str(&unix(moment).div_euclid(1000).to_string()),
                'x' => out.push_str(&unix(moment).to_string()),
                'S' => out.push_str(&(moment.millisecond() / 100).to_string()),
                'z' => out.push_str("UTC"),
                _ => out.push(first),
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

fn write(moment: DateTime, piece: &str) -> String {
    let date = moment.date();
    let (hour, half_day) = (moment.hour(), (moment.hour() + 11) % 12 + 1);
    let iso = date.iso_week_date();
    let sunday = date.weekday().to_sunday_zero_offset();
    let number = |number: i16| number.to_string();
    match piece {
        "YYYY" => format!("{:04}", date.year()),
        "YY" => format!("{:02}", date.year() % 100),
        "Y" => number(date.year()),
        "Q" => number(quarter(date)),
        "Qo" => ordinal(quarter(date)),
        "MMMM" => date.strftime("%B").to_string(),
        "MMM" => date.strftime("%b").to_string(),
        "MM" => format!("{:02}", date.month()),
        "Mo" => ordinal(date.month().into()),
        "M" => number(date.month().into()),
        "DDDD" => format!("{:03}", date.day_of_year()),
        "DDDo" => ordinal(date.day_of_year()),
        "DDD" => number(date.day_of_year()),
        "DD" => format!("{:02}", date.day()),
        "Do" => ordinal(date.day().into()),
        "D" => number(date.day().into()),
        "dddd" => date.strftime("%A").to_string(),
        "ddd" => date.strftime("%a").to_string(),
        "dd" => date.strftime("%a").to_string().chars().take(2).collect(),
        "do" => ordinal(sunday.into()),
        "d" | "e" => number(sunday.into()),
        "E" => number(date.weekday().to_monday_one_offset().into()),
        "GGGG" => format!("{:04}", iso.year()),
        "GG" => format!("{:02}", iso.year() % 100),
        "WW" => format!("{:02}", iso.week()),
        "Wo" => ordinal(iso.week().into()),
        "W" => number(iso.week().into()),
        "gggg" => format!("{:04}", week(date).0),
        "gg" => format!("{:02}", week(date).0 % 100),
        "ww" => format!("{:02}", week(date).1),
        "wo" => ordinal(week(date).1),
        "w" => number(week(date).1),
        "HH" => format!("{hour:02}"),
        "H" => number(hour.into()),
        "hh" => format!("{half_day:02}"),
        "h" => number(half_day.into()),
        "kk" => format!("{:02}", if hour == 0 { 24 } else { hour }),
        "k" => number(if hour == 0 { 24 } else { hour.into() }),
        "mm" => format!("{:02}", moment.minute()),
        "m" => number(moment.minute().into()),
        "ss" => format!("{:02}", moment.second()),
        "s" => number(moment.second().into()),
        "SSS" => format!("{:03}", moment.millisecond()),
        "A" => if hour < 12 { "AM" } else { "PM" }.to_owned(),
        "a" => if hour < 12 { "am" } else { "pm" }.to_owned(),
        "ZZ" => "+0000".to_owned(),
        "Z" => "+00:00".to_owned(),
        "LT" => format(moment, "h:mm A"),
        "LTS" => format(moment, "h:mm:ss A"),
        "LL" => format(moment, "MMMM D, YYYY"),
        "LLL" => format(moment, "MMMM D, YYYY h:mm A"),
        "LLLL" => format(moment, "dddd, MMMM D, YYYY h:mm A"),
        _ => piece.to_owned(),
    }
}

fn quarter(date: Date) -> i16 {
    i16::from((date.month() - 1) / 3 + 1)
}

/// The year and number of a week that begins on Sunday, where the first week is that of January 1.
fn week(date: Date) -> (i16, i16) {
    let sunday = date.weekday().to_sunday_zero_offset();
    let to_saturday = i16::from(6 - sunday);
    let own = (date.year(), (date.day_of_year() + to_saturday - 1) / 7 + 1);
    let days = date.days_in_year();
    if date.day_of_year() + to_saturday > days {
        (date.year() + 1, 1)
    } else {
        own
    }
}

fn unix(moment: DateTime) -> i64 {
    Offset::UTC
        .to_timestamp(moment)
        .map_or(0, Timestamp::as_millisecond)
}

fn ordinal(number: i16) -> String {
    let ending = match (number % 10, number % 100) {
        (1, last) if last != 11 => "st",
        (2, last) if last != 12 => "nd",
        (3, last) if last != 13 => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece() {
        let moment: DateTime = "2026-03-01T15:04:09.078".parse().expect("a time");
        let cases = [
            ("YYYY YY Y", "2026 26 2026"),
            ("MMMM MMM MM M Mo", "March Mar 03 3 3rd"),
            ("DD D Do DDD DDDD", "01 1 1st 60 060"),
            ("dddd ddd dd d do E e", "Sunday Sun Su 0 0th 7 0"),
            ("Q Qo", "1 1st"),
            ("W WW GGGG w gggg", "9 09 2026 10 2026"),
            ("HH H hh h kk A a", "15 15 03 3 15 PM pm"),
            ("mm m ss s SSS S", "04 4 09 9 078 0"),
            ("Z ZZ", "+00:00 +0000"),
            ("X x", "1772377449 1772377449078"),
            ("L LT LL", "03/01/2026 3:04 PM March 1, 2026"),
            ("[Week] W", "Week 9"),
            ("[YYYY", "[2026"),
        ];
        for (pattern, text) in cases {
            assert_eq!(format(moment, pattern), text, "{pattern}");
        }
    }

    #[test]
    fn weeks_at_the_end_of_a_year() {
        for (day, iso, own) in [
            ("2026-12-31", "2026-53", "2027-1"),
            ("2027-01-01", "2026-53", "2027-1"),
            ("2027-01-04", "2027-01", "2027-2"),
        ] {
            let moment = day
                .parse::<Date>()
                .expect("a day")
                .to_datetime(jiff::civil::Time::midnight());
            assert_eq!(format(moment, "GGGG-WW"), iso, "{day}");
            assert_eq!(format(moment, "gggg-w"), own, "{day}");
        }
    }
}
