//! Answers that are not what they should be.

use std::fmt;

use bytes::Bytes;
use flate2::{Compress, Compression, Crc, FlushCompress};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::wire::Piece;

/// How deep `deep` is nested.
const DEPTH: usize = 100_000;
/// What `huge` and `gzip_bomb` are made of.
const BLOCK: usize = 64 << 10;
/// A hundred megabytes, in blocks.
const HUGE: usize = 1600;
/// The bomb has two to this power blocks: a gigabyte.
const BOMB_DOUBLINGS: u32 = 14;
/// A gzip stream without a name and a time, of no particular system.
const GZIP_HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// A body that no client should choke on. The status is 200, unless the fault has another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Garbage {
    /// A page for people, as a server in front of Notion sends it.
    Html,
    /// No body.
    Empty,
    /// The right body behind a byte order mark.
    Bom,
    /// The right body in UTF-16.
    Utf16,
    /// `[]`
    Array,
    /// `null`
    Null,
    /// A hundred thousand lists inside each other.
    Deep,
    /// A hundred megabytes of JSON.
    Huge,
    /// A megabyte that unpacks into a gigabyte of JSON.
    GzipBomb,
    /// The right body with its first key once more at the end, and another value there.
    DuplicateKeys,
    /// The right body with a text in it that is no Unicode.
    LoneSurrogate,
}

/// A body that is too large to be held in memory.
#[derive(Debug, Clone)]
pub(super) struct Flood {
    pub(super) pieces: Vec<Piece>,
    /// The `content-encoding`.
    pub(super) encoding: Option<&'static str>,
}

impl Garbage {
    /// The content type that is said.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=UTF-8",
            _ => "application/json; charset=utf-8",
        }
    }

    /// The body, made out of the right one, or of an empty object where the request was not performed.
    pub(super) fn spoil(self, right: Option<&Bytes>) -> Bytes {
        let right = right.map_or("{}", |right| std::str::from_utf8(right).unwrap_or("{}"));
        match self {
            Self::Html => Bytes::from_static(
                b"<!DOCTYPE html>\n<html><head><title>Just a moment...</title></head>\
                  <body><h1>Checking your browser</h1></body></html>\n",
            ),
            Self::Bom => Bytes::from(format!("\u{feff}{right}")),
            Self::Utf16 => {
                let units = std::iter::once(0xfeff).chain(right.encode_utf16());
                units.flat_map(u16::to_le_bytes).collect()
            }
            Self::Array => Bytes::from_static(b"[]"),
            Self::Null => Bytes::from_static(b"null"),
            Self::Deep => Bytes::from(["[".repeat(DEPTH), "]".repeat(DEPTH)].concat()),
            Self::DuplicateKeys => {
                let key = serde_json::from_str::<Value>(right)
                    .ok()
                    .and_then(|right| Some(right.as_object()?.keys().next()?.clone()))
                    .unwrap_or_else(|| "object".to_owned());
                let key = Value::from(key);
                let twice = format!("{key}:\"hologram\"");
                let first = if right == "{}" {
                    format!("{key}:\"list\"")
                } else {
                    String::new()
                };
                let open = right.strip_suffix('}').unwrap_or(right);
                Bytes::from(format!("{open}{first},{twice}}}"))
            }
            Self::LoneSurrogate => {
                let rest = right.strip_prefix('{').unwrap_or("}");
                let comma = if rest == "}" { "" } else { "," };
                Bytes::from(format!("{{\"hologram\":\"\\ud800\"{comma}{rest}"))
            }
            Self::Empty | Self::Huge | Self::GzipBomb => Bytes::new(),
        }
    }

    /// The body, where it is a large one.
    pub(super) fn flood(self) -> Option<Flood> {
        match self {
            Self::Huge => Some(Flood {
                pieces: vec![
                    Piece::once("{\"object\":\"hologram\",\"huge\":\""),
                    Piece {
                        bytes: Bytes::from(vec![b'a'; BLOCK]),
                        times: HUGE,
                    },
                    Piece::once("\"}"),
                ],
                encoding: None,
            }),
            Self::GzipBomb => Some(Flood {
                pieces: bomb(),
                encoding: Some("gzip"),
            }),
            _ => None,
        }
    }
}

/// A gigabyte of blanks, which JSON may begin with, and an object.
///
/// A full flush ends the packed block at a whole byte, and what follows does not refer to what was before. So one block can be
/// sent again and again, and nothing large is ever made.
fn bomb() -> Vec<Piece> {
    let (blanks, object) = (vec![b' '; BLOCK], b"{}");
    let block = deflate(&blanks, FlushCompress::Full);
    let end = deflate(object, FlushCompress::Finish);
    let mut sum = Crc::new();
    sum.update(&blanks);
    for _ in 0..BOMB_DOUBLINGS {
        let half = std::mem::replace(&mut sum, Crc::new());
        sum.combine(&half);
        sum.combine(&half);
    }
    let mut tail = Crc::new();
    tail.update(object);
    sum.combine(&tail);
    let check = [sum.sum().to_le_bytes(), sum.amount().to_le_bytes()].concat();
    vec![
        Piece::once(Bytes::from_static(&GZIP_HEAD)),
        Piece {
            bytes: Bytes::from(block),
            times: 1 << BOMB_DOUBLINGS,
        },
        Piece::once(end),
        Piece::once(check),
    ]
}

fn deflate(data: &[u8], flush: FlushCompress) -> Vec<u8> {
    let mut packed = Vec::with_capacity(BLOCK);
    // Packing into memory that is large enough does not fail.
    let _ = Compress::new(Compression::best(), false).compress_vec(data, &mut packed, flush);
    packed
}

impl fmt::Display for Garbage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn right_bodies_are_spoiled() {
        let right = Bytes::from_static(b"{\"object\":\"page\",\"id\":{}}");
        for (garbage, expected) in [
            (
                Garbage::DuplicateKeys,
                "{\"object\":\"page\",\"id\":{},\"object\":\"hologram\"}",
            ),
            (
                Garbage::LoneSurrogate,
                "{\"hologram\":\"\\ud800\",\"object\":\"page\",\"id\":{}}",
            ),
            (Garbage::Bom, "\u{feff}{\"object\":\"page\",\"id\":{}}"),
            (Garbage::Empty, ""),
        ] {
            let spoiled = garbage.spoil(Some(&right));
            assert_eq!(String::from_utf8_lossy(&spoiled), expected);
        }
        let utf16 = Garbage::Utf16.spoil(None);
        assert_eq!(&utf16[..], [0xff, 0xfe, b'{', 0, b'}', 0]);
        assert_eq!(
            Garbage::DuplicateKeys.spoil(None),
            "{\"object\":\"list\",\"object\":\"hologram\"}"
        );
        assert_eq!(Garbage::LoneSurrogate.spoil(None), "{\"hologram\":\"\\ud800\"}");
        assert_eq!(Garbage::Deep.spoil(None).len(), 2 * DEPTH);
    }

    #[test]
    fn the_bomb_is_small_and_goes_off() {
        let pieces = Garbage::GzipBomb.flood().expect("a flood").pieces;
        let packed: Vec<u8> = pieces
            .iter()
            .flat_map(|piece| piece.bytes.repeat(piece.times))
            .collect();
        assert!(packed.len() < 2 << 20, "{}", packed.len());
        let mut reader = flate2::read::GzDecoder::new(packed.as_slice());
        let mut buffer = vec![0; 1 << 20];
        let mut length = 0;
        loop {
            // The checksum is compared at the end.
            match reader.read(&mut buffer).expect("a whole stream") {
                0 => break,
                read => length += read,
            }
        }
        assert_eq!(length, (1 << 30) + 2);
    }
}
