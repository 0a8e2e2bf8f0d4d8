//! Queries and forms, as strangers send them: read with limits, and refused instead of mended.

use zeroize::Zeroizing;

/// Far more than anybody sends in good faith, and less than an attack.
pub(crate) const MAX_QUERY: usize = 4 << 10;
const MAX_PAIRS: usize = 16;

/// The values of the parameters with these names. Others are passed over.
///
/// # Errors
/// What is wrong, without a word of it.
pub(crate) fn parameters<const N: usize>(
    query: &str,
    known: [&str; N],
) -> Result<[Option<Zeroizing<String>>; N], &'static str> {
    if query.len() > MAX_QUERY {
        return Err("is larger than 4 KiB");
    }
    let mut values = [const { None }; N];
    for (count, pair) in query.split('&').filter(|pair| !pair.is_empty()).enumerate() {
        if count == MAX_PAIRS {
            return Err("has more than 16 parameters");
        }
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (key, value) = (decode(key)?, decode(value)?);
        if let Some(at) = known.iter().position(|known| *known == *key)
            && values[at].replace(value).is_some()
        {
            return Err("holds a parameter twice");
        }
    }
    Ok(values)
}

/// Undoes form encoding. What is no such encoding, or no UTF-8, is refused instead of mended.
fn decode(text: &str) -> Result<Zeroizing<String>, &'static str> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
                let (Some(high), Some(low)) = (digit(), digit()) else {
                    return Err("is not encoded as a URL is");
                };
                (high * 16 + low) as u8
            }
            byte => byte,
        });
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => Err("is not UTF-8"),
    }
}
