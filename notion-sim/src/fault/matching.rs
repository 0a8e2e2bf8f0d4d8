//! Which requests a fault is for.

use fastrand::Rng;
use serde::Deserialize;

/// Which requests a fault is for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Matching {
    pub(super) method: Option<String>,
    pub(super) path: Option<String>,
    /// The first request that is affected, counted from 1.
    pub(super) nth: Option<u64>,
    /// From there on, one in every so many.
    pub(super) every: Option<u64>,
    /// How many of those, by chance.
    pub(super) probability: Option<f64>,
}

impl Matching {
    /// Says what makes no sense.
    pub(super) fn check(&self) -> Result<(), String> {
        if [self.nth, self.every].contains(&Some(0)) {
            return Err("`nth` and `every` count from 1".to_owned());
        }
        if self
            .probability
            .is_some_and(|chance| !(0.0..=1.0).contains(&chance))
        {
            return Err("`probability` is between 0 and 1".to_owned());
        }
        let path = self.path.as_deref().unwrap_or_default();
        if path.strip_suffix("/**").unwrap_or(path).contains("**") {
            return Err("`**` is good at the end of a `path` only, after a `/`".to_owned());
        }
        Ok(())
    }

    /// Whether the fault is for requests with this method and path.
    pub(super) fn covers(&self, method: &str, path: &str) -> bool {
        let wanted = self.method.as_deref().filter(|wanted| *wanted != "*");
        wanted.is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self
                .path
                .as_deref()
                .is_none_or(|pattern| path_matches(pattern, path))
    }

    /// Whether the `seen`th of those requests is affected.
    pub(super) fn picks(&self, seen: u64, rng: &mut Rng) -> bool {
        let first = self.nth.or(self.every).unwrap_or(1);
        let due = seen
            .checked_sub(first)
            .is_some_and(|later| later.is_multiple_of(self.every.unwrap_or(1)));
        due && self.probability.is_none_or(|chance| rng.f64() < chance)
    }

    /// Whether it picks requests again and again.
    pub(super) fn recurs(&self) -> bool {
        self.every.is_some() || self.probability.is_some()
    }
}

/// Whether a path is one of those a pattern describes. `{id}` or `*` stands for any one segment, a final `/**` for all that
/// follows, and `*` alone for any path.
pub(crate) fn path_matches(pattern: &str, path: &str) -> bool {
    if pattern == "*" {
        return true;
    }
    let (pattern, open) = pattern
        .strip_suffix("/**")
        .map_or((pattern, false), |start| (start, true));
    let segments = |text| str::split(text, '/').filter(|segment| !segment.is_empty());
    let mut wanted = segments(pattern);
    let mut found = segments(path);
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (None, Some(_)) => return open,
            (Some(wanted), Some(found)) if wanted == found || wanted == "*" || wanted.starts_with('{') => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_segments() {
        for (pattern, path, expected) in [
            ("/v1/pages/{id}", "/v1/pages/abc", true),
            ("/v1/**", "/v1/pages/abc", true),
            ("/**", "/v1/pages/abc", true),
            ("*", "/v1/pages/abc", true),
            ("/v1/pages/", "/v1/pages", true),
            ("/v1/pages", "/v1/pages/abc", false),
            ("/v1/pages/*", "/v1/pages", false),
            ("/v1/pages/*", "/v1/pages/abc/properties", false),
            ("/*", "/v1/pages", false),
        ] {
            assert_eq!(path_matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn the_nth_and_one_in_every_so_many() {
        let plain = Matching::default();
        let nth = |nth| Matching {
            nth: Some(nth),
            ..Matching::default()
        };
        let every = |nth, every| Matching {
            nth,
            every: Some(every),
            ..Matching::default()
        };
        let never = Matching {
            probability: Some(0.0),
            ..Matching::default()
        };
        for (matching, expected) in [
            (plain, vec![1, 2, 3, 4, 5, 6, 7]),
            (nth(6), vec![6, 7]),
            (every(None, 3), vec![3, 6]),
            (every(Some(1), 3), vec![1, 4, 7]),
            (never, vec![]),
        ] {
            let mut rng = Rng::with_seed(0);
            let picked: Vec<u64> = (1..8).filter(|seen| matching.picks(*seen, &mut rng)).collect();
            assert_eq!(picked, expected, "{matching:?}");
        }
    }

    #[test]
    fn methods_are_any_case_and_any_method_is_a_star() {
        let with = |method: &str| Matching {
            method: Some(method.to_owned()),
            ..Matching::default()
        };
        assert!(with("post").covers("POST", "/v1/pages"));
        assert!(with("*").covers("POST", "/v1/pages"));
        assert!(!with("GET").covers("POST", "/v1/pages"));
    }

    #[test]
    fn a_path_that_can_never_match_is_refused() {
        let check = |path: &str| {
            let matching = Matching {
                path: Some(path.into()),
                ..Matching::default()
            };
            matching.check().is_ok()
        };
        for path in ["*", "/**", "/v1/**", "/v1/*/children", "/v1/{id}"] {
            assert!(check(path), "{path}");
        }
        for path in ["**", "/v1/**/children", "/v1**", "/v1/**/**"] {
            assert!(!check(path), "{path}");
        }
    }
}
