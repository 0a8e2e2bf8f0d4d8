//! The overview: how to point a program at this simulator, and what is in it.

use super::super::layout::escape;
use super::shell;
use crate::core::Core;
use crate::engine::time;
use crate::request::{Answer, Request};
use crate::secret::Secret;
use crate::state::State;

/// The page.
pub(super) fn show(core: &Core, state: &State, request: &Request) -> Answer {
    let base = &request.origin;
    let token = core.tokens.first().map(Secret::expose).unwrap_or_default();
    let mut main = format!(
        "<h1>notion-sim</h1><p>A Notion of your own: nothing leaves this computer. It is {} here.</p>\
         <h2>Point a program at it</h2><pre>{}</pre>",
        escape(&time::milli_z(core.clock.now())),
        escape(&format!(
            "NOTION_BASE_URL={base} NOTION_TOKEN={token}            # the Rust toolkit\n\
             new Client({{ auth: \"{token}\", baseUrl: \"{base}\" }})      // @notionhq/client\n\
             Client(auth=\"{token}\", base_url=\"{base}\")               # notion-client\n\
             uno.Session(auth=\"{token}\", base_url=\"{base}\")          # ultimate-notion"
        ))
    );
    main.push_str(
        "<h2>What is in it</h2><table class=\"plain\"><thead><tr><th>Workspace</th><th>Pages</th><th>Databases</th><th>Data sources</th>\
         <th>Blocks</th><th>Users</th></tr></thead><tbody>",
    );
    for space in &state.spaces {
        let name = space.name.as_str().unwrap_or("without a name");
        main.push_str(&format!("<tr><td>{}</td>", escape(name)));
        for count in [
            space.pages.values().count(),
            space.databases.values().count(),
            space.data_sources.values().count(),
            space.blocks.values().count(),
            space.user_order.len(),
        ] {
            main.push_str(&format!("<td class=\"number\">{count}</td>"));
        }
        main.push_str("</tr>");
    }
    main.push_str("</tbody></table>");
    shell::page(state, "Overview", "/", &main)
}
