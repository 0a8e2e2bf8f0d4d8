//! What keeps web pages away from a simulator on the developer's own computer.
//!
//! Any page in a browser may send requests to `127.0.0.1`. Two headers that pages cannot forge tell theirs from others: `Origin`,
//! which comes with every request one site makes to another, and `Host`, which still names the attacker's site when that
//! site's name was made to point at this computer (DNS rebinding).

use std::net::IpAddr;

use hyper::header::{HOST, ORIGIN};
use hyper::http::request::Parts;
use hyper::http::uri::Authority;

/// Endings of names that the public name system never resolves.
const LOCAL_ENDINGS: [&str; 4] = [".localhost", ".internal", ".local", ".test"];
/// The form on the consent page. Its id cannot be guessed, and browsers send `Origin: null` with it, since the page asks
/// them not to tell where they come from.
const CONSENT: &str = "/_sim/oauth/consent";

/// Why a request is not let in. `exposed` says that the simulator was told to listen beyond this computer, where it cannot
/// know the names it goes by.
pub(crate) fn refusal(request: &Parts, exposed: bool) -> Option<String> {
    let text = |name| {
        let value = request.headers.get(name)?;
        Some(value.to_str().unwrap_or("?"))
    };
    let addressed = request.uri.authority().map(Authority::as_str);
    let host = addressed.or_else(|| text(HOST))?;
    if !exposed && !is_local(name_of(host)) {
        return Some(format!(
            "notion-sim listens on this computer only, so requests must be addressed to localhost or 127.0.0.1, not to \"{host}\"."
        ));
    }
    let path = request.uri.path();
    let origin = text(ORIGIN).filter(|_| path.starts_with("/_sim/") && path != CONSENT)?;
    let site = origin.split_once("://").map_or(origin, |(_, site)| site);
    (!site.eq_ignore_ascii_case(host)).then(|| {
        format!("The control endpoints of notion-sim do not take requests of web pages of other sites; this one comes from \"{origin}\".")
    })
}

/// `example.org:80` → `example.org`, `[::1]:80` → `::1`.
fn name_of(host: &str) -> &str {
    match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    }
}

/// Whether no stranger can make this name point here: addresses, names that only this network knows, and the name of the
/// real API, which a proxy in front of a program that cannot be pointed elsewhere may leave in.
fn is_local(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name.parse::<IpAddr>().is_ok()
        || !name.contains('.')
        || name == "api.notion.com"
        || LOCAL_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Whether a name is certain to mean this computer or its own network.
pub(crate) fn is_private(host: &str) -> bool {
    match name_of(host).parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_private(),
        Ok(IpAddr::V6(address)) => address.is_loopback() || address.is_unique_local(),
        Err(_) => is_local(name_of(host)) && name_of(host) != "api.notion.com",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_strangers_can_own_are_not_local() {
        for host in [
            "127.0.0.1:6684",
            "[::1]:6684",
            "localhost",
            "LOCALHOST.:1",
            "sim:6684",
            "host.docker.internal",
            "api.notion.com",
        ] {
            assert!(is_local(name_of(host)), "{host}");
        }
        for host in [
            "evil.example:6684",
            "127.0.0.1.nip.io",
            "localhost.evil.example",
            "local.evil.example",
        ] {
            assert!(!is_local(name_of(host)), "{host}");
        }
    }
}
