//! Which capability a route needs.

use crate::engine::capability::Capability;

/// What a connection must be allowed to do for a route; nothing where any connection may use it. `path` is that of the route
/// table.
pub(super) fn needed(method: &str, path: &str) -> Option<Capability> {
    let is_read = method == "GET";
    Some(match path.split('/').next().unwrap_or_default() {
        // Every connection may ask who it is.
        "users" if path == "users/me" => return None,
        "users" => Capability::ReadUserWithoutEmail,
        "comments" if is_read => Capability::ReadComments,
        "comments" => Capability::InsertComments,
        // A file is nothing until it is put somewhere, and a task tells of what was allowed already.
        "oauth" | "file_uploads" | "async_tasks" => return None,
        "search" => Capability::ReadContent,
        _ if is_read || path.ends_with("/query") || path.contains("/queries") => Capability::ReadContent,
        // Blocks are put into something that is there.
        "blocks" if path.ends_with("/children") => Capability::InsertContent,
        _ if method == "POST" && !path.contains('*') => Capability::InsertContent,
        _ => Capability::UpdateContent,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_need_what_they_do() {
        use Capability::{
            InsertComments, InsertContent, ReadComments, ReadContent, ReadUserWithoutEmail, UpdateContent,
        };
        for (method, path, capability) in [
            ("GET", "users/me", None),
            ("GET", "users", Some(ReadUserWithoutEmail)),
            ("GET", "users/*", Some(ReadUserWithoutEmail)),
            ("POST", "search", Some(ReadContent)),
            ("POST", "pages", Some(InsertContent)),
            ("GET", "pages/*", Some(ReadContent)),
            ("PATCH", "pages/*", Some(UpdateContent)),
            ("POST", "pages/*/move", Some(UpdateContent)),
            ("POST", "databases", Some(InsertContent)),
            ("POST", "databases/*/query", Some(ReadContent)),
            ("POST", "data_sources/*/query", Some(ReadContent)),
            ("POST", "blocks/meeting_notes/query", Some(ReadContent)),
            ("POST", "blocks/meeting_notes", Some(InsertContent)),
            ("PATCH", "pages/*/markdown", Some(UpdateContent)),
            ("GET", "async_tasks/*", None),
            ("PATCH", "blocks/*/children", Some(InsertContent)),
            ("DELETE", "blocks/*", Some(UpdateContent)),
            ("POST", "views/*/queries", Some(ReadContent)),
            ("DELETE", "views/*/queries/*", Some(ReadContent)),
            ("GET", "comments", Some(ReadComments)),
            ("POST", "comments", Some(InsertComments)),
            ("POST", "file_uploads/*/send", None),
        ] {
            assert_eq!(needed(method, path), capability, "{method} {path}");
        }
    }
}
