//! The content of a page as text.

use serde_json::{Value, json};
use uuid::Uuid;

use super::call::Call;
use crate::engine::document::Content;
use crate::engine::markdown::{self, Style};
use crate::refusal::Refusal;
use crate::validate::Path;

/// `GET /v1/pages/{id}/markdown`: of a page its content, of a block the block itself.
pub(super) fn retrieve(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("page_id")?;
    let transcripts = match call.request.query("include_transcript") {
        None | Some("false") => false,
        Some("true") => true,
        Some(other) => {
            return Err(Path::query()
                .key("include_transcript")
                .should("a boolean or `undefined`", Some(&json!(other))));
        }
    };
    let workspace = call.workspace();
    if workspace.blocks.contains_key(&id) && call.sees(id) {
        let page = workspace
            .lineage(id)
            .find(|above| workspace.pages.contains_key(above));
        let content = Content::of_block(workspace, id).ok_or_else(|| call.missing("page", id))?;
        return Ok(show(id, page, &content, transcripts));
    }
    refuse_database(call, id)?;
    call.page(id)?;
    Ok(show(id, Some(id), &Content::of_page(workspace, id), transcripts))
}

/// Refuses the id of a database, which is seen like a page but has no text.
fn refuse_database(call: &Call<'_>, id: Uuid) -> Result<(), Refusal> {
    if call.workspace().databases.contains_key(&id) && call.sees(id) {
        return Err(Refusal::invalid(format!(
            "Provided ID {id} is a database, not a page. Use the retrieve database API instead: \
             https://developers.notion.com/reference/retrieve-a-database"
        )));
    }
    Ok(())
}

fn show(id: Uuid, page: Option<Uuid>, content: &Content, transcripts: bool) -> Value {
    let style = Style {
        page,
        labels: true,
        transcripts,
    };
    let written = markdown::write(&content.nodes, style);
    json!({
        "object": "page_markdown",
        "id": id,
        "markdown": written.text,
        "truncated": content.truncated,
        "unknown_block_ids": written.unknown,
    })
}
