use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::error::{Error, ErrorKind, Result};

/// Where in the program a user goes on after a flow: a path of the same site, or a URL of a site that is listed.
///
/// What comes from a request is checked when a flow begins and kept with the flow, so that nobody can use the way back
/// from Notion to send users elsewhere. Only what every browser and server understands in one way is taken: no
/// backslashes, dot segments, control characters or empty segments at the start of a path, encoded or not.
///
/// ```
/// use notion_oauth::{Origins, ReturnTo};
///
/// let origins = Origins::new(["https://app.example.com"])?;
/// assert_eq!(ReturnTo::parse("/boards?sort=name", &origins)?.as_str(), "/boards?sort=name");
/// assert!(ReturnTo::parse("https://app.example.com/boards", &origins).is_ok());
///
/// assert!(ReturnTo::parse("//evil.example", &origins).is_err());
/// assert!(ReturnTo::parse("https://app.example.com.evil.example/", &origins).is_err());
/// # Ok::<(), notion_oauth::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReturnTo(Box<str>);

const LONGEST: usize = 2 << 10;

impl ReturnTo {
    /// Checks where to go.
    ///
    /// # Errors
    /// When it is neither a path of this site nor at one of `origins`, or not written plainly. The error does not
    /// repeat it.
    pub fn parse(text: &str, origins: &Origins) -> Result<Self> {
        match check(text, origins) {
            Ok(()) => Ok(Self(text.into())),
            Err(why) => Err(Error::new(
                ErrorKind::InvalidCallback,
                format!("the address to go on at {why}"),
            )
            .with_hint("It is a path such as `/app`, or begins with an origin that the program lists.")),
        }
    }

    /// The address, as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReturnTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The query is left out: it may hold what is not for logs.
impl fmt::Debug for ReturnTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReturnTo({})", without_query(&self.0))
    }
}

/// The part of an address that may be in a log.
pub(crate) fn without_query(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or_default()
}

/// Sites of the program beside the one that the flow runs on, such as `https://app.example.com`.
#[derive(Debug, Clone, Default)]
pub struct Origins(Vec<String>);

impl Origins {
    /// No other site: only paths are taken.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// These sites.
    ///
    /// # Errors
    /// When one is no origin: scheme and host, a port if need be, and nothing else.
    pub fn new<T: AsRef<str>>(origins: impl IntoIterator<Item = T>) -> Result<Self> {
        let origins = origins.into_iter().map(|origin| {
            let text = origin.as_ref().trim();
            let url = Url::parse(text).ok().filter(|url| {
                matches!(url.scheme(), "https" | "http") && !text.contains('*') && url.origin().ascii_serialization() == text
            });
            match url {
                Some(_) => Ok(text.to_owned()),
                None => Err(Error::new(
                    ErrorKind::Configuration,
                    "that is no origin of a site",
                )
                .with_hint("It has a scheme, a host in lower case and a port if it is not the usual one, as in `https://app.example.com`, and no slash at its end.")),
            }
        });
        origins.collect::<Result<_>>().map(Self)
    }
}

/// Parsers differ in what they mend, so only what needs no mending is taken: the text has to come back as it was.
fn check(text: &str, origins: &Origins) -> Result<(), &'static str> {
    if text.len() > LONGEST {
        return Err("is longer than 2 KiB");
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) || text.contains('\\') {
        return Err("holds characters that a URL has to encode");
    }
    if hides_something(text) {
        return Err("hides a control character, a slash or a backslash");
    }
    let listed = origins.0.iter().find_map(|origin| text.strip_prefix(&**origin));
    let (url, path) = match listed.filter(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#'])) {
        Some(rest) => (Url::parse(text), rest),
        None if text.starts_with('/') => (here().and_then(|here| here.join(text)), text),
        None if text.contains("://") => return Err("is at a site that the program does not list"),
        None => return Err("is no path that begins with a slash"),
    };
    let url = url.map_err(|_| "is no URL")?;
    let parsed = &url[url::Position::BeforePath..];
    let is_as_given = parsed == path || (!path.starts_with('/') && parsed.strip_prefix('/') == Some(path));
    // A path that begins with two slashes names a host where it is looked at alone.
    if url.path().starts_with("//") || !is_as_given {
        return Err("is not written plainly");
    }
    Ok(())
}

/// A site that stands for the program's own.
fn here() -> Result<Url, url::ParseError> {
    Url::parse("https://here.invalid")
}

/// What stays encoded in a URL, and what some server or browser may decode too early: control characters anywhere, and
/// slashes and backslashes within the path.
fn hides_something(text: &str) -> bool {
    let path = text.find(['?', '#']).unwrap_or(text.len());
    text.match_indices('%').any(|(at, _)| {
        let code = text
            .get(at + 1..at + 3)
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        match code {
            None | Some(..0x20 | 0x7f) => true,
            Some(b'/' | b'\\') => at < path,
            Some(_) => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins() -> Origins {
        Origins::new(["https://app.example.com", "http://localhost:3000"]).unwrap()
    }

    #[test]
    fn t5_what_stays_on_the_site_is_taken_as_it_is() {
        for good in [
            "/",
            "/app",
            "/app/",
            "/a//b",
            "/app?next=%2Fboards&x=1#top",
            "/app?u=https://evil.example/",
            "/app?next=//evil.example",
            "/caf%C3%A9/a%20b",
            "/a:b@c/;d=1",
            "/?",
            "/#",
            "/a?q=%5C",
            "https://app.example.com",
            "https://app.example.com/",
            "https://app.example.com/app?x=1#y",
            "https://app.example.com?x=1",
            "http://localhost:3000/app",
        ] {
            let parsed = ReturnTo::parse(good, &origins()).unwrap_or_else(|error| panic!("{good}: {error}"));
            assert_eq!(parsed.as_str(), good);
        }
    }

    /// Collected from the cheat sheets on open redirects, and from what parsers of URLs are known to mend.
    #[test]
    fn t5_what_may_lead_elsewhere_is_refused() {
        let long = format!("/{}", "a".repeat(LONGEST));
        for bad in [
            "",
            " ",
            "app",
            "./app",
            "../app",
            "?x=1",
            "#top",
            "//evil.example",
            "///evil.example",
            "////evil.example",
            "//evil.example/%2f..",
            "//app.example.com@evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "\\/evil.example",
            "/\\/evil.example",
            "/app\\..",
            "/%5cevil.example",
            "/%5C%5Cevil.example",
            "/%2fevil.example",
            "/%2F/evil.example",
            "/%09/evil.example",
            "/%0a/evil.example",
            "/%0d%0aLocation:%20https://evil.example",
            "/app%0d%0aSet-Cookie:a=b",
            "/app?x=%0d%0a",
            "/app#%00",
            "/%00",
            "/%7f",
            "/%",
            "/%2",
            "/%zz",
            "/\t/evil.example",
            "\t//evil.example",
            " //evil.example",
            "/ /evil.example",
            "/\r\n/evil.example",
            "/app\0",
            "/.//evil.example",
            "/..//evil.example",
            "/a/..//evil.example",
            "/%2e//evil.example",
            "/%2e%2e//evil.example",
            "/./app",
            "/app/..",
            "/app/%2e%2e/",
            "/caf\u{e9}",
            "/\u{2215}evil.example",
            "//\u{3002}evil.example",
            "/\u{202e}app",
            "http:evil.example",
            "https:evil.example",
            "https:/evil.example",
            "https:///evil.example",
            "https://evil.example",
            "HTTPS://app.example.com/",
            "https://APP.example.com/",
            "http://app.example.com/",
            "https://app.example.com:444/",
            "https://app.example.com.evil.example/",
            "https://app.example.com@evil.example/",
            "https://app.example.com:pass@evil.example/",
            "https://app.example.com\\@evil.example/",
            "https://app.example.com\\.evil.example/",
            "https://app.example.com%2eevil.example/",
            "https://app.example.com//evil.example",
            "https://user@app.example.com/",
            "https://evil.example/https://app.example.com",
            "https://evil.example#https://app.example.com",
            "https://evil.example?https://app.example.com",
            "https://[::1]/",
            "https://app.example.com../",
            "http://localhost:30000/",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "javascript://app.example.com/%0aalert(1)",
            "data:text/html,hi",
            "vbscript:x",
            "file:///etc/passwd",
            "mailto:a@evil.example",
            "blob:https://app.example.com/1",
            "\"/app\"",
            "/<script>",
            "/app\"onclick",
            &long,
        ] {
            let error = ReturnTo::parse(bad, &origins()).expect_err(bad);
            assert_eq!(error.kind(), ErrorKind::InvalidCallback);
            assert!(!error.to_string().contains("evil"), "{error}");
        }
        assert!(ReturnTo::parse("https://app.example.com/", &Origins::none()).is_err());
    }

    #[test]
    fn an_origin_is_a_scheme_a_host_and_a_port() {
        for bad in [
            "",
            "app.example.com",
            "https://app.example.com/",
            "https://app.example.com/app",
            "https://app.example.com?",
            "https://App.example.com",
            "https://app.example.com:443",
            "https://user@app.example.com",
            "https://*.example.com",
            "ftp://app.example.com",
            "null",
        ] {
            assert!(Origins::new([bad]).is_err(), "{bad}");
        }
    }

    #[test]
    fn debug_shows_no_query() {
        let secret = ReturnTo::parse("/app?token=CANARY#CANARY", &Origins::none()).unwrap();
        assert_eq!(format!("{secret:?}"), "ReturnTo(/app)");
    }

    proptest::proptest! {
        /// What is taken leads to this site or to one that is listed, whatever it is made of.
        #[test]
        fn t5_what_is_taken_keeps_its_origin(text in r"(/|//|\\|https?:|https://app\.example\.com|http://localhost:3000)?[/\\.@:%?#&=a-e0-9 \t\r\n\u{e9}-]{0,24}(evil\.example)?[/\\.@:%?#0-9a-f]{0,8}") {
            let base = Url::parse("https://self.example").unwrap();
            if let Ok(taken) = ReturnTo::parse(&text, &origins()) {
                let there = base.join(taken.as_str()).unwrap();
                let origin = there.origin().ascii_serialization();
                let is_ours = if text.starts_with('/') { origin == "https://self.example" } else { origins().0.contains(&origin) };
                proptest::prop_assert!(is_ours, "{} leads to {}", text, origin);
                proptest::prop_assert!(!there.path().starts_with("//"));
            }
        }
    }
}
