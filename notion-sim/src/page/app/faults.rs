//! The faults that wait, and a form for more of them.

use serde_json::Value;

use super::super::layout::escape;
use super::{Form, shell};
use crate::core::Core;
use crate::fault::Fault;
use crate::request::{Answer, Request};
use crate::state::State;

/// Faults that are often wanted.
const PRESETS: [(&str, &str); 6] = [
    (
        "Rate limited, once",
        r#"{"do": {"status": 429, "headers": {"Retry-After": "2"}}}"#,
    ),
    (
        "Saved, but 503",
        r#"{"match": {"method": "POST", "path": "/v1/pages"}, "when": "after_commit", "do": {"status": 503}}"#,
    ),
    (
        "Saved, then reset",
        r#"{"match": {"method": "POST", "path": "/v1/pages"}, "when": "after_commit", "do": "reset"}"#,
    ),
    ("Slow by two seconds", r#"{"times": 5, "do": {"delay_ms": 2000}}"#),
    (
        "Bad gateway, three times",
        r#"{"times": 3, "do": {"status": 502}}"#,
    ),
    ("Token refused, once", r#"{"do": {"status": 401}}"#),
];

/// The page. `problem` is what was wrong with a fault that was just sent.
pub(super) fn show(core: &Core, state: &State, problem: Option<(&str, &str)>) -> Answer {
    let waiting = core.faults.waiting();
    let mut main = String::from("<h1>Faults</h1>");
    if let Some((problem, _)) = problem {
        main.push_str(&shell::notice(problem));
    }
    if waiting.is_empty() {
        main.push_str("<p class=\"soft\">No fault waits. Requests are answered as they should be.</p>");
    } else {
        main.push_str("<table class=\"plain\"><thead><tr><th>#</th><th>Fault</th><th>Seen</th><th>Struck</th></tr></thead><tbody>");
        for (at, (fault, seen, struck)) in waiting.iter().enumerate() {
            main.push_str(&format!(
                "<tr><td>{at}</td><td><code>{}</code></td><td class=\"number\">{seen}</td><td class=\"number\">{struck}</td></tr>",
                escape(&fault.to_string())
            ));
        }
        main.push_str(
            "</tbody></table><form class=\"inline\" method=\"post\" action=\"/_sim/ui/faults/clear\"><button>Remove all</button></form>",
        );
    }
    main.push_str("<h2>Add one</h2><p>");
    for (name, fault) in PRESETS {
        main.push_str(&format!(
            "<form class=\"inline preset\" method=\"post\" action=\"/_sim/ui/faults\"><input type=\"hidden\" name=\"fault\" value=\"{}\">\
             <button>{}</button></form>",
            escape(fault),
            escape(name)
        ));
    }
    let text = problem.map_or(PRESETS[0].1, |(_, text)| text);
    main.push_str(&format!(
        "</p><form method=\"post\" action=\"/_sim/ui/faults\"><label for=\"fault\" class=\"soft\">Or write one, or a list of them:</label>\
         <textarea id=\"fault\" name=\"fault\" spellcheck=\"false\">{}</textarea><p><button class=\"main\">Add</button></p></form>",
        escape(text)
    ));
    shell::page(state, "Faults", "/faults", &main)
}

/// `POST /_sim/ui/faults`.
pub(crate) fn add(core: &Core, request: &Request) -> Answer {
    let form = Form::read(request);
    let text = form.get("fault").unwrap_or_default();
    let faults = serde_json::from_str::<Value>(text)
        .map_err(|error| format!("it is not JSON ({error})"))
        .and_then(|value| Fault::read(&value));
    match faults {
        Ok(faults) => {
            core.faults.add(faults);
            shell::go("/faults")
        }
        Err(problem) => {
            let sentence = format!("The fault is not understood: {problem}.");
            show(core, &core.state(), Some((&sentence, text)))
        }
    }
}

/// `POST /_sim/ui/faults/clear`.
pub(crate) fn clear(core: &Core) -> Answer {
    core.faults.clear();
    shell::go("/faults")
}
