//! Where a run of plain string content ends: what JSON writes as it is.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Where the run of plain string content that begins at `at` ends: at a quote, a backslash, a control
/// character, or the end of the text. Eight bytes at a time.
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

/// How many of eight bytes are plain, from the lowest on.
#[inline]
fn count(chunk: u64) -> usize {
    let quote = chunk ^ (ONES * b'"' as u64);
    let backslash = chunk ^ (ONES * b'\\' as u64);
    // In each sum a byte's high bit is set when it is zero (or, for the last, below 0x20). A borrow can
    // only spoil bytes above the first hit.
    let hits = (quote.wrapping_sub(ONES) & !quote
        | backslash.wrapping_sub(ONES) & !backslash
        | chunk.wrapping_sub(ONES * 0x20) & !chunk)
        & HIGHS;
    (hits.trailing_zeros() / 8) as usize
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
