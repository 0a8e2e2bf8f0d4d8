//! The formats of `formatNumber`, with the signs of American English.

/// How many decimal places are shown where none are asked for. Zeros at the end are not.
const MAX_PLACES: usize = 12;

/// The currencies that have a sign of their own, and those that are called by their code.
const CURRENCIES: [(&str, &str); 38] = [
    ("usd", "$"),
    ("aud", "A$"),
    ("cad", "CA$"),
    ("sgd", ""),
    ("eur", "€"),
    ("gbp", "£"),
    ("jpy", "¥"),
    ("rub", ""),
    ("inr", "₹"),
    ("krw", "₩"),
    ("cny", "CN¥"),
    ("brl", "R$"),
    ("try", ""),
    ("idr", ""),
    ("chf", ""),
    ("hkd", "HK$"),
    ("nzd", "NZ$"),
    ("sek", ""),
    ("nok", ""),
    ("mxn", "MX$"),
    ("zar", ""),
    ("twd", "NT$"),
    ("dkk", ""),
    ("pln", ""),
    ("thb", ""),
    ("huf", ""),
    ("czk", ""),
    ("ils", "₪"),
    ("clp", ""),
    ("php", "₱"),
    ("aed", ""),
    ("cop", ""),
    ("sar", ""),
    ("myr", ""),
    ("ron", ""),
    ("ars", ""),
    ("uyu", ""),
    ("pen", ""),
];

const LARGE: [&str; 5] = ["", "K", "M", "B", "T"];
const BYTES: [&str; 6] = ["B", "KB", "MB", "GB", "TB", "PB"];
const BINARY_BYTES: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/// Writes a number. `None` for a format that does not exist.
pub(super) fn format(number: f64, format: &str, places: Option<usize>) -> Option<String> {
    match format {
        "commas" => Some(grouped(number, places)),
        "percent" => Some(format!("{}%", grouped(number * 100.0, places))),
        "humanize" | "compact" => {
            let (scaled, sign) = scaled(number, 1000.0, &LARGE);
            let rounded = if scaled.abs() < 10.0 { 1 } else { 0 };
            Some(format!("{}{sign}", grouped_to(scaled, places, rounded)))
        }
        "bytes_decimal" | "bytes_binary" => {
            let (step, signs) = if format == "bytes_binary" {
                (1024.0, &BINARY_BYTES)
            } else {
                (1000.0, &BYTES)
            };
            let (scaled, sign) = scaled(number, step, signs);
            Some(format!("{} {sign}", grouped_to(scaled, places, 2)))
        }
        _ => {
            let (code, sign) = CURRENCIES.into_iter().find(|(code, _)| *code == format)?;
            let minus = if number < 0.0 { "-" } else { "" };
            let amount = grouped(number.abs(), places);
            Some(if sign.is_empty() {
                format!("{minus}{}\u{a0}{amount}", code.to_uppercase())
            } else {
                format!("{minus}{sign}{amount}")
            })
        }
    }
}

/// The number in the largest unit of which there is at least one.
fn scaled<'a>(number: f64, step: f64, signs: &[&'a str]) -> (f64, &'a str) {
    let mut scaled = number;
    let mut signs = signs.iter().peekable();
    while let Some(sign) = signs.next() {
        if scaled.abs() < step || signs.peek().is_none() {
            return (scaled, sign);
        }
        scaled /= step;
    }
    (scaled, "")
}

fn grouped(number: f64, places: Option<usize>) -> String {
    grouped_to(number, places, MAX_PLACES)
}

/// The number with a comma after every three digits, to `places`, or else to at most `most`.
fn grouped_to(number: f64, places: Option<usize>, most: usize) -> String {
    let text = match places {
        Some(places) => format!("{:.places$}", number.abs()),
        None => shortest(number.abs(), most),
    };
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text.as_str(), None),
    };
    let mut out = String::from(if number < 0.0 { "-" } else { "" });
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// The fewest digits that tell the number from others, as long as there are no more than `most` decimal places.
fn shortest(number: f64, most: usize) -> String {
    let text = number.to_string();
    match text.split_once('.') {
        Some((_, fraction)) if fraction.len() > most => {
            let text = format!("{number:.most$}");
            if most == 0 {
                return text;
            }
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format() {
        let cases = [
            (12345.0, "commas", None, "12,345"),
            (-1234567.25, "commas", None, "-1,234,567.25"),
            (0.5, "commas", Some(2), "0.50"),
            (0.07, "percent", None, "7%"),
            (0.856, "percent", Some(0), "86%"),
            (1_234_567.0, "humanize", None, "1.2M"),
            (12_345.0, "compact", None, "12K"),
            (999.0, "compact", None, "999"),
            (2e15, "humanize", None, "2,000T"),
            (12_345_678.0, "bytes_decimal", None, "12.35 MB"),
            (2048.0, "bytes_binary", None, "2 KiB"),
            (282_536.47, "brl", None, "R$282,536.47"),
            (-5.0, "usd", Some(2), "-$5.00"),
            (1000.0, "chf", None, "CHF\u{a0}1,000"),
        ];
        for (number, style, places, text) in cases {
            assert_eq!(format(number, style, places).as_deref(), Some(text), "{style}");
        }
        assert_eq!(format(1.0, "gold", None), None);
    }
}
