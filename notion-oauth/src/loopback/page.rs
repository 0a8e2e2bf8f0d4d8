//! What the browser shows. A page stands alone: no script, nothing loaded, no word of the callback.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::error::Result;
use crate::flow::Outcome;
use crate::html::escape;

#[derive(Debug)]
pub(super) struct Page {
    status: &'static str,
    look: Look,
    title: &'static str,
    text: String,
    link: Option<(String, &'static str)>,
}

#[derive(Debug, Clone, Copy)]
enum Look {
    Good,
    Calm,
    Bad,
}

const CLOSE: &str = "You can close this window and go back to the program.";

impl Page {
    pub(super) fn of(outcome: &Result<Outcome>) -> Self {
        match outcome {
            Ok(Outcome::Granted(grant)) => {
                let workspace = grant.workspace_name().unwrap_or("Your workspace");
                Self::new(
                    "200 OK",
                    Look::Good,
                    "Connected",
                    format!("{workspace} is connected. {CLOSE}"),
                )
            }
            Ok(Outcome::Denied { .. }) => Self::denied(),
            Ok(Outcome::Failed(error)) => Self::new(
                "200 OK",
                Look::Bad,
                "Not connected",
                format!("{} {CLOSE}", error.message()),
            ),
            Err(_) => Self::new(
                "200 OK",
                Look::Bad,
                "Not connected",
                "Something went wrong on the way. Go back to the program: it says what to do.",
            ),
        }
    }

    pub(super) fn denied() -> Self {
        let text = format!("The connection was not allowed, so nothing was shared. {CLOSE}");
        Self::new("200 OK", Look::Calm, "Not connected", text)
    }

    pub(super) fn perhaps_denied(cancel: &str) -> Self {
        let text = "The connection was not allowed, so nothing was shared. The program is still waiting: go back to allow it after all, or stop.";
        let mut page = Self::new("200 OK", Look::Calm, "Not connected", text);
        page.link = Some((cancel.to_owned(), "Stop waiting"));
        page
    }

    pub(super) fn stranger() -> Self {
        let text = "This page does not belong to the login that is waiting. Use the newest link that the program shows.";
        Self::new("400 Bad Request", Look::Bad, "Not this one", text)
    }

    pub(super) fn refused(status: &'static str) -> Self {
        let text = "Only the way back from Notion leads here. The program is still waiting for it.";
        Self::new(status, Look::Bad, "Not here", text)
    }

    fn new(status: &'static str, look: Look, title: &'static str, text: impl Into<String>) -> Self {
        Self {
            status,
            look,
            title,
            text: text.into(),
            link: None,
        }
    }

    /// The whole response.
    pub(super) fn response(&self) -> String {
        let body = self.html();
        let style = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
        let Self { status, .. } = self;
        let length = body.len();
        format!(
            "HTTP/1.1 {status}\r\n\
             Content-Type: text/html; charset=utf-8\r\n\
             Content-Length: {length}\r\n\
             Connection: close\r\n\
             Cache-Control: no-store\r\n\
             Referrer-Policy: no-referrer\r\n\
             Content-Security-Policy: default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n\
             Cross-Origin-Opener-Policy: same-origin\r\n\
             Cross-Origin-Resource-Policy: same-origin\r\n\
             X-Content-Type-Options: nosniff\r\n\
             X-Frame-Options: DENY\r\n\
             \r\n\
             {body}"
        )
    }

    fn html(&self) -> String {
        let (class, mark) = match self.look {
            Look::Good => ("good", "✓"),
            Look::Calm => ("calm", "–"),
            Look::Bad => ("bad", "!"),
        };
        let (title, text) = (escape(self.title), escape(&self.text));
        let link = self.link.as_ref().map_or_else(String::new, |(target, label)| {
            format!("<p><a href=\"{}\">{}</a></p>", escape(target), escape(label))
        });
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
             <title>{title}</title><style>{STYLE}</style></head>\
             <body><main class=\"{class}\"><div class=\"mark\" aria-hidden=\"true\">{mark}</div>\
             <h1>{title}</h1><p>{text}</p>{link}</main></body></html>"
        )
    }
}

const STYLE: &str = "\
:root{color-scheme:light dark;--paper:#fff;--ground:#f7f6f3;--ink:#37352f;--soft:#6f6e69;--line:#e6e4df;\
--good:#2f7d5b;--calm:#787774;--bad:#b3422f}\
@media(prefers-color-scheme:dark){:root{--paper:#252525;--ground:#191919;--ink:#e9e8e6;--soft:#a5a4a0;--line:#373737;\
--good:#5cb88f;--calm:#9b9a97;--bad:#e2806f}}\
*{box-sizing:border-box}\
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--ground);color:var(--ink);\
font:16px/1.55 ui-sans-serif,system-ui,-apple-system,'Segoe UI',sans-serif}\
main{width:100%;max-width:26rem;padding:2.5rem 2rem;text-align:center;background:var(--paper);border:1px solid var(--line);\
border-radius:14px;overflow-wrap:anywhere}\
.mark{width:3rem;height:3rem;margin:0 auto 1.25rem;border-radius:50%;display:grid;place-items:center;color:var(--paper);\
font-size:1.5rem;font-weight:600;line-height:1}\
.good .mark{background:var(--good)}.calm .mark{background:var(--calm)}.bad .mark{background:var(--bad)}\
h1{margin:0 0 .5rem;font-size:1.375rem;line-height:1.3}\
p{margin:0;color:var(--soft)}\
p+p{margin-top:1.5rem}\
a{display:inline-block;padding:.5rem 1.1rem;border:1px solid var(--line);border-radius:8px;color:var(--ink);text-decoration:none}\
a:hover,a:focus-visible{border-color:var(--soft)}";

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{ClientId, Grant, GrantId};

    fn connected(workspace: &str) -> Page {
        let name = serde_json::to_string(workspace).unwrap();
        let raw = format!(
            r#"{{"access_token":"ntn_CANARY","token_type":"bearer","bot_id":"b","workspace_id":"w","workspace_name":{name}}}"#
        );
        let client = ClientId::new("client").unwrap();
        let grant = Grant::restore(GrantId::generate(), client, Timestamp::UNIX_EPOCH, raw).unwrap();
        Page::of(&Ok(Outcome::Granted(grant)))
    }

    #[test]
    fn a_workspace_cannot_write_into_the_page() {
        let plain = connected("Acme").html();
        let tags = |html: &str| html.matches('<').count();
        for name in [
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "</p></main><h1>",
            "' onmouseover='x",
            "&lt;script&gt;",
            "a\r\nSet-Cookie: x=1",
            "\u{0}\u{1b}[31m",
        ] {
            let html = connected(name).html();
            assert_eq!(tags(&html), tags(&plain), "{name}: {html}");
            assert!(!html.contains("\r\n"));
        }
        assert!(
            connected("Tom & Ada")
                .html()
                .contains("Tom &amp; Ada is connected.")
        );
    }

    #[test]
    fn a_page_loads_nothing_and_keeps_nothing() {
        for page in [
            connected("Acme"),
            Page::denied(),
            Page::perhaps_denied("/callback?cancel=x"),
            Page::stranger(),
            Page::refused("404 Not Found"),
        ] {
            let response = page.response();
            let (head, body) = response.split_once("\r\n\r\n").unwrap();
            for header in [
                "Cache-Control: no-store",
                "Referrer-Policy: no-referrer",
                "Content-Security-Policy: default-src 'none'; style-src 'sha256-",
                "frame-ancestors 'none'",
                "X-Frame-Options: DENY",
                "Connection: close",
            ] {
                assert!(head.contains(header), "{header}");
            }
            assert!(head.contains(&format!("Content-Length: {}", body.len())));
            assert!(!head.to_ascii_lowercase().contains("access-control"));
            for loading in ["src=", "http:", "https:", "url(", "<script", "CANARY"] {
                assert!(!body.contains(loading), "{loading}");
            }
        }
    }
}
