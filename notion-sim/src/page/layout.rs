//! What all pages share.

use crate::request::Answer;

/// The style of every page. Both colour schemes, no outside font.
const STYLE: &str = "
:root{color-scheme:light dark;--ink:#1f1e1b;--soft:#6f6d66;--line:#e4e2dc;--paper:#fff;--ground:#f6f5f2;--accent:#2464c4;--accent-ink:#fff;--hover:#f3f1ec}
@media (prefers-color-scheme:dark){:root{--ink:#eceae4;--soft:#a09d94;--line:#3a3833;--paper:#232220;--ground:#191817;--accent:#5b93e6;--accent-ink:#10151d;--hover:#2c2a27}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:2rem 1rem;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif}
main{width:100%;min-width:0;max-width:34rem;background:var(--paper);border:1px solid var(--line);border-radius:14px;padding:2rem;box-shadow:0 10px 30px rgb(0 0 0/.06)}
h1{font-size:1.35rem;line-height:1.3;margin:0 0 .35rem}
h2{font-size:.95rem;margin:1.6rem 0 .5rem}
p{margin:.25rem 0}
.soft{color:var(--soft);font-size:.9rem}
.who{display:flex;gap:.8rem;align-items:center;margin-bottom:1.2rem}
.badge{flex:none;width:2.6rem;height:2.6rem;border-radius:10px;background:var(--accent);color:var(--accent-ink);display:grid;place-items:center;font-weight:700;font-size:1.2rem}
ul.can{margin:0;padding:0;list-style:none}
ul.can li{padding:.15rem 0 .15rem 1.6rem;position:relative}
ul.can li::before{content:'✓';position:absolute;left:.2rem;color:var(--accent);font-weight:700}
ul.can li.not{color:var(--soft)}
ul.can li.not::before{content:'–';color:var(--soft)}
nav.switch{max-height:9rem;overflow:auto}
nav.switch p{display:grid;grid-template-columns:5.2rem 1fr;gap:.4rem;align-items:baseline}
nav.switch p span+span{display:flex;flex-wrap:wrap;gap:.4rem}
nav.switch a{padding:.15rem .7rem;border:1px solid var(--line);border-radius:999px;color:var(--ink);text-decoration:none;font-size:.9rem}
nav.switch a:hover{background:var(--hover)}
nav.switch a[aria-current]{background:var(--accent);border-color:var(--accent);color:var(--accent-ink)}
form:has(#duplicate:checked) .pick{display:none}
fieldset{min-width:0;border:1px solid var(--line);border-radius:10px;margin:0;padding:.35rem;max-height:19rem;overflow:auto}
label{display:flex;gap:.6rem;align-items:center;padding:.4rem .55rem;border-radius:7px;cursor:pointer}
label:hover{background:var(--hover)}
label span.name{min-width:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
label span.kind{margin-left:auto;flex:none}
input[type=checkbox],input[type=radio]{width:1.05rem;height:1.05rem;flex:none;accent-color:var(--accent)}
.buttons{display:flex;gap:.7rem;justify-content:flex-end;margin-top:1.6rem}
button{font:inherit;font-weight:600;padding:.55rem 1.15rem;border-radius:9px;border:1px solid var(--line);background:transparent;color:var(--ink);cursor:pointer}
button.main{background:var(--accent);border-color:var(--accent);color:var(--accent-ink)}
button:focus-visible,input:focus-visible,a:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
code{overflow-wrap:anywhere}
footer{margin-top:1.4rem;padding-top:1rem;border-top:1px solid var(--line)}
";

/// A whole document. `body` is HTML, `title` is text.
pub(super) fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>",
        escape(title)
    )
}

/// Text for HTML, also inside quoted attributes.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A page that says what went wrong and what to do, for mistakes that must not be redirected.
pub(crate) fn error(problem: &str, advice: &str) -> Answer {
    let body = format!(
        "<h1>{}</h1><p>{}</p><footer class=\"soft\">notion-sim</footer>",
        escape(problem),
        escape(advice)
    );
    Answer::html(400, document(problem, &body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_shown_is_markup() {
        assert_eq!(escape("<a href='x'>\"&"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;");
    }
}
