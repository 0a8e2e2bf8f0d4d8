//! Where strings, and runs of what they hold as it is, end. Eight bytes are looked at at a time.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Where the run of plain string content that begins at `at` ends: at a quote, a backslash, a control
/// character, or the end of the text.
#[inline]
pub(super) fn end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let plain = count(u64::from_le_bytes(*chunk));
        at += plain;
        if plain < 8 {
            return at;
        }
    }
    let Some(rest @ [_, ..]) = bytes.get(at..) else {
        return bytes.len();
    };
    match bytes.last_chunk() {
        // The zeros that come in from above are not plain.
        Some(last) => at + count(u64::from_le_bytes(*last) >> (64 - 8 * rest.len())),
        None => at + rest.iter().take_while(|byte| is_plain(**byte)).count(),
    }
}

fn is_plain(byte: u8) -> bool {
    byte != b'"' && byte != b'\\' && byte >= 0x20
}

/// Where the string whose content begins at `at` ends, behind its quote. What it says is not looked at.
#[inline]
pub(super) fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        if let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
            let hits = quotes_and_backslashes(u64::from_le_bytes(*chunk));
            if hits == 0 {
                at += 8;
                continue;
            }
            at += first(hits);
        }
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// How many of eight bytes are plain, from the lowest on.
#[inline]
fn count(chunk: u64) -> usize {
    let controls = chunk.wrapping_sub(ONES * 0x20) & !chunk & HIGHS;
    first(quotes_and_backslashes(chunk) | controls)
}

/// The first of eight bytes that is hit; 8 where none is.
#[inline]
fn first(hits: u64) -> usize {
    (hits.trailing_zeros() / 8) as usize
}

/// Has the highest bit of a byte set where there is a quote or a backslash. Bytes above the first hit may be hit
/// wrongly, by what it borrows from them; the same is true of the control characters.
#[inline]
fn quotes_and_backslashes(chunk: u64) -> u64 {
    let zeros = |bytes: u64| bytes.wrapping_sub(ONES) & !bytes & HIGHS;
    zeros(chunk ^ (ONES * b'"' as u64)) | zeros(chunk ^ (ONES * b'\\' as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_ends_where_byte_by_byte_it_ends() {
        let special = ["\"", "\\", "\n", "\u{1f}", "\u{7f}", "é", "\u{10ffff}", " "];
        for special in special {
            for before in 0..20 {
                for after in 0..20 {
                    let text = format!("{}{special}{}", "x".repeat(before), "y".repeat(after));
                    for at in 0..text.len() + 2 {
                        let run = text.bytes().skip(at).take_while(|byte| is_plain(*byte)).count();
                        assert_eq!(
                            end(text.as_bytes(), at),
                            (at + run).min(text.len()),
                            "{text:?} from {at}"
                        );
                    }
                }
            }
        }
    }
}
