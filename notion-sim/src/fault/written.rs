//! Faults as they are written in JSON.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::action::{Action, Content};
use super::matching::Matching;
use super::rule::{Fault, When};

impl Fault {
    /// Reads one fault or a list of them.
    ///
    /// # Errors
    ///
    /// A sentence that says what is not understood.
    pub(crate) fn read(value: &Value) -> Result<Vec<Self>, String> {
        let items = value
            .as_array()
            .map_or(std::slice::from_ref(value), Vec::as_slice);
        let faults: Result<Vec<_>, String> = items.iter().map(Self::read_item).collect();
        Ok(faults?.into_iter().flatten().collect())
    }

    /// `{"random": 0.2}` stands for many.
    fn read_item(value: &Value) -> Result<Vec<Self>, String> {
        let keys = value.as_object().map_or(0, Map::len);
        if let Some(rate) = value.get("random").filter(|_| keys == 1) {
            return match rate.as_f64() {
                Some(rate) if (0.0..=1.0).contains(&rate) => Ok(Self::random(rate)),
                _ => Err("`random` is between 0 and 1".to_owned()),
            };
        }
        if value.get("do").is_none() {
            return Err(
                "a fault needs a `do`: {\"status\": 503}, {\"delay_ms\": 100}, {\"hang_ms\": 100} or \"reset\"".to_owned()
            );
        }
        let fault = Self::deserialize(value).map_err(|error| error.to_string())?;
        Ok(vec![fault])
    }
}

/// A fault as it is written in JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    #[serde(default, rename = "match")]
    matching: Matching,
    #[serde(default)]
    when: When,
    times: Option<Value>,
    #[serde(rename = "do")]
    action: Value,
}

impl TryFrom<Written> for Fault {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        written.matching.check()?;
        let times = match written.times {
            None => None,
            Some(word) if word == "unlimited" => Some(u64::MAX),
            Some(number) => match number.as_u64() {
                Some(0) => return Err("`times` counts from 1".to_owned()),
                Some(times) => Some(times),
                None => {
                    return Err(format!(
                        "`times` should be a number or \"unlimited\", found {number}"
                    ));
                }
            },
        };
        let action = Action::read(written.action)?;
        let undone = matches!(
            action.content(),
            Content::Silence(_) | Content::Error(_) | Content::Garbage(_) | Content::Redirect(_)
        );
        if action.duplicate && undone && written.when == When::BeforeCommit {
            return Err(
                "what strikes before the commit does nothing, so there is nothing to `duplicate`".to_owned(),
            );
        }
        Ok(Self {
            matching: written.matching,
            when: written.when,
            times,
            action,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_understood_is_refused() {
        for (fault, sentence) in [
            (json!({"do": {"statuss": 1}}), "statuss"),
            (json!({"match": {"paht": "x"}, "do": "reset"}), "paht"),
            (json!({"do": "explode"}), "explode"),
            (json!({"do": 5}), "found 5"),
            (json!({"match": {}}), "`do`"),
            (json!({"do": {"status": 503}, "times": 0}), "from 1"),
            (json!({"do": {"status": 503}, "times": "often"}), "\"unlimited\""),
            (json!({"match": {"nth": 0}, "do": "reset"}), "from 1"),
            (json!({"match": {"every": 0}, "do": "reset"}), "from 1"),
            (
                json!({"match": {"probability": 1.5}, "do": "reset"}),
                "between 0 and 1",
            ),
            (json!({"do": {"status": 101}}), "between 200"),
            (json!({"do": {}}), "is missing"),
            (
                json!({"do": {"status": 503, "headers": {"Content-Length": "5"}}}),
                "Content-Length",
            ),
            (json!({"do": {"status": 503, "garbage": "glitter"}}), "gzip_bomb"),
            (json!({"do": {"inject": ["ghost"]}}), "user_type"),
            (
                json!({"do": {"reset": true, "close": true}}),
                "exclude each other",
            ),
            (json!({"do": {"status": 503, "partial": 1}}), "exclude each other"),
            (json!({"do": {"hang_ms": 5, "status": 503}}), "sends no answer"),
            (json!({"do": {"hang": true, "truncate": 5}}), "sends no answer"),
            (json!({"do": {"code": "x"}}), "is missing"),
            (json!({"do": {"code": "x", "delay_ms": 5}}), "needs a `status`"),
            (json!({"do": {"truncate": "half"}}), "`truncate`"),
            (json!({"do": {"redirect": {"status": 200}}}), "between 300"),
            (
                json!({"do": {"redirect": {"status": 307, "to": "a\nb"}}}),
                "header value",
            ),
            (json!({"do": {"partial": 0}}), "from 1"),
            (json!({"do": {"drip": {"bytes": 0, "every_ms": 1}}}), "from 1"),
            (
                json!({"do": {"status": 500, "duplicate": true}}),
                "before the commit",
            ),
            (json!({"random": 2}), "between 0 and 1"),
        ] {
            let problem = Fault::read(&fault).expect_err("refused");
            assert!(problem.contains(sentence), "{fault}: {problem}");
        }
    }

    #[test]
    fn what_is_understood_says_what_it_does() {
        for (action, said) in [
            (json!("reset"), "reset the connection"),
            (json!("close"), "closed the connection"),
            (json!("hang"), "never answered"),
            (json!("duplicate"), "did it twice"),
            (json!({"hang_ms": 50}), "waited 50 ms, closed the connection"),
            (
                json!({"delay_ms": 50, "status": 429, "headers": {"Retry-After": "1"}}),
                "waited 50 ms, answered 429, added headers",
            ),
            (
                json!({"status": 502, "garbage": "html"}),
                "answered garbage (html)",
            ),
            (json!({"redirect": {"status": 307}}), "redirected with 307"),
            (
                json!({"partial": 2}),
                "did the first 2 of the children only, answered 503",
            ),
            (
                json!({"inject": ["property", "user_type"]}),
                "injected property, user_type",
            ),
            (
                json!({"drip": {"bytes": 1, "every_ms": 5, "head": true}, "chunked": true}),
                "sent chunks, dripped 1 bytes every 5 ms",
            ),
            (
                json!({"truncate": 5, "reset": true}),
                "cut the answer after 5 bytes of its body and reset the connection",
            ),
            (
                json!({"truncate": {"head": 5}}),
                "cut the answer after 5 bytes of its head and closed the connection",
            ),
        ] {
            let faults = Fault::read(&json!([{"do": action}])).expect("a fault");
            assert_eq!(faults[0].action.to_string(), said);
        }
    }
}
