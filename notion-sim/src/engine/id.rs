//! Record ids (UUIDs) and property ids (a few printable characters, percent-encoded on the wire).

use std::cell::RefCell;

use fastrand::Rng;
use uuid::{Builder, Uuid};

/// Reads a record id as Notion accepts it: 32 hex digits, dashed or not, in any case.
///
/// The check is the strict one of RFC 9562 (version 1 to 8, variant 8 to b); of the rest only the nil id passes.
pub(crate) fn parse(text: &str) -> Option<Uuid> {
    let digits = text.as_bytes();
    let dashed = digits.len() == 36 && [8, 13, 18, 23].iter().all(|&at| digits[at] == b'-');
    let plain = digits.len() == 32 && !digits.contains(&b'-');
    if !dashed && !plain {
        return None;
    }
    let id = Uuid::try_parse(text).ok()?;
    let bytes = id.as_bytes();
    let version = bytes[6] >> 4;
    let variant = bytes[8] >> 6;
    (id.is_nil() || ((1..=8).contains(&version) && variant == 0b10)).then_some(id)
}

thread_local! {
    /// What new ids are drawn from, where they shall be the same in every run. A simulator has a thread of its own, so this is
    /// the simulator's.
    static DRAWN_FROM: RefCell<Option<Rng>> = const { RefCell::new(None) };
}

/// Runs something on this thread with ids that follow from a seed, if there is one.
pub(crate) fn seeded<T>(seed: Option<u64>, run: impl FnOnce() -> T) -> T {
    DRAWN_FROM.set(seed.map(Rng::with_seed));
    let out = run();
    DRAWN_FROM.set(None);
    out
}

/// A new record id.
pub(crate) fn fresh() -> Uuid {
    Builder::from_random_bytes(random()).into_uuid()
}

fn random() -> [u8; 16] {
    DRAWN_FROM.with_borrow_mut(|rng| match rng {
        Some(rng) => rng.u128(..).to_le_bytes(),
        None => Uuid::new_v4().into_bytes(),
    })
}

/// The 32 digits without dashes, as addresses show them.
pub(crate) fn undashed(id: Uuid) -> String {
    id.simple().to_string()
}

/// A new property id that is not among `taken` (decoded), in its decoded form.
///
/// Notion draws four characters between `:` and `~`; most of them need percent-encoding, which is why clients trip over them.
pub(crate) fn fresh_property_id(taken: impl Fn(&str) -> bool) -> String {
    loop {
        let id: String = random()[..4]
            .iter()
            .map(|byte| char::from(b':' + byte % (b'~' - b':' + 1)))
            .collect();
        if !taken(&id) {
            return id;
        }
    }
}

/// The same for relations, in characters that need no percent-encoding.
///
/// Rollups name the relation they follow by its decoded id, all else by the encoded one. Clients that compare the two as texts
/// would work or fail by the luck of the draw.
pub(crate) fn fresh_plain_property_id(taken: impl Fn(&str) -> bool) -> String {
    fresh_property_id(|id| taken(id) || encode(id) != id)
}

/// Percent-encodes as JavaScript's `encodeURIComponent` does.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z'
            | b'a'..=b'z'
            | b'0'..=b'9'
            | b'-'
            | b'_'
            | b'.'
            | b'!'
            | b'~'
            | b'*'
            | b'\''
            | b'('
            | b')' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Undoes percent-encoding; what is not valid stays as it is.
pub(crate) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        // Rust's own parser would take a sign as well.
        let hex = bytes
            .get(at + 1..at + 3)
            .filter(|pair| pair.iter().all(u8::is_ascii_hexdigit))
            .and_then(|pair| std::str::from_utf8(pair).ok());
        match (bytes[at], hex.and_then(|pair| u8::from_str_radix(pair, 16).ok())) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 3;
            }
            (byte, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_in_every_form_notion_takes() {
        for text in [
            "38c9ce7b-60a4-8114-b301-ddc78a46ec5d",
            "38C9CE7B60A48114B301DDC78A46EC5D",
            "00000000-0000-0000-0000-000000000000",
        ] {
            assert!(parse(text).is_some(), "{text}");
        }
        for text in [
            "12345678-1234-1234-1234-123456789abc",
            "38c9ce7b-60a48114b301ddc78a46ec5d",
            "38c9ce7b-60a4-8114-b301-ddc78a46ec5",
            "{38c9ce7b-60a4-8114-b301-ddc78a46ec5d}",
            "",
        ] {
            assert!(parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn property_ids_survive_the_wire() {
        for _ in 0..200 {
            let id = fresh_property_id(|_| false);
            assert_eq!(decode(&encode(&id)), id);
            let plain = fresh_plain_property_id(|_| false);
            assert_eq!(encode(&plain), plain);
        }
        assert_eq!(encode("?B:W"), "%3FB%3AW");
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%+5%"), "%+5%");
    }
}
