//! The content of a page as text.

use serde_json::{Value, json};
use uuid::Uuid;

use super::call::Call;
use crate::engine::document::{self, Content, Edit, Plan, Scene, Target, Update};
use crate::engine::markdown::{self, Style};
use crate::files;
use crate::refusal::Refusal;
use crate::request::object;
use crate::validate::{Fields, Path};

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
        let files = files::addresses(call.core, call.request, workspace.id, call.now);
        let content = Content::of_block(workspace, &call.caller, id, &files);
        let content = content.ok_or_else(|| call.missing("page", id))?;
        return Ok(show(id, workspace.page_around(id), &content, transcripts));
    }
    refuse_database(call, id)?;
    call.page(id)?;
    Ok(show_page(call, id, transcripts))
}

/// `PATCH /v1/pages/{id}/markdown`.
pub(super) fn update(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("page_id")?;
    let body = call.request.json()?;
    let body = object(&body)?;
    let kinds = [
        "insert_content",
        "replace_content_range",
        "update_content",
        "replace_content",
    ];
    let kind = body.word("type", &kinds)?;
    let variant = body.object(kind)?;
    let edit = check_edit(kind, &variant)?;
    let allow_deleting = variant.optional_bool("allow_deleting_content")?.unwrap_or(false);
    let allow_async = body.optional_bool("allow_async")?.unwrap_or(false);
    body.only(&["type", kind, "allow_async"])?;

    refuse_database(call, id)?;
    if call.workspace().blocks.contains_key(&id) && call.sees(id) {
        return Err(Refusal::invalid(format!(
            "Provided ID {id} is a block, not a page. Use the update block API instead: \
             https://developers.notion.com/reference/update-a-block"
        )));
    }
    call.page(id)?;
    if call.workspace().trashed(id) {
        return Err(Refusal::in_trash());
    }
    let outcome = run(call, id, &edit, allow_deleting);
    if allow_async {
        return Ok(call.later("PATCH /v1/pages/:page_id/markdown", outcome));
    }
    outcome
}

/// Checks what one of the variants says.
fn check_edit(kind: &str, edit: &Fields<'_>) -> Result<Edit, Refusal> {
    let text = |key: &str| edit.string(key).map(str::to_owned);
    match kind {
        "update_content" => {
            edit.only(&["content_updates", "allow_deleting_content"])?;
            edit.required("content_updates")?;
            let updates = edit.optional_array("content_updates")?.unwrap_or_default();
            let place = edit.place("content_updates");
            let updates = updates.iter().enumerate().map(|(at, update)| {
                let update = Fields::of(update, place.at(at))?;
                update.only(&["old_str", "new_str", "replace_all_matches"])?;
                Ok(Update {
                    old: update.string("old_str")?.to_owned(),
                    new: update.string("new_str")?.to_owned(),
                    all: update.optional_bool("replace_all_matches")?.unwrap_or(false),
                })
            });
            Ok(Edit::Update(updates.collect::<Result<_, Refusal>>()?))
        }
        "replace_content" => {
            edit.only(&["new_str", "allow_deleting_content"])?;
            Ok(Edit::Replace(text("new_str")?))
        }
        "replace_content_range" => {
            edit.only(&["content", "content_range", "allow_deleting_content"])?;
            Ok(Edit::ReplaceRange {
                content: text("content")?,
                selection: text("content_range")?,
            })
        }
        _ => {
            edit.only(&["content", "after", "position"])?;
            let content = text("content")?;
            let at = check_target(edit)?;
            Ok(Edit::Insert { content, at })
        }
    }
}

/// Checks where new content goes.
fn check_target(edit: &Fields<'_>) -> Result<Target, Refusal> {
    let after = edit.optional_string("after")?;
    let position = match edit.optional_object("position")? {
        None => None,
        Some(position) => {
            position.only(&["type"])?;
            Some(position.word("type", &["start", "end"])?)
        }
    };
    match (after, position) {
        (Some(_), Some(_)) => Err(Refusal::invalid(
            "Only one of insert_content.after and insert_content.position can be provided.",
        )),
        (Some(after), None) => Ok(Target::After(after.to_owned())),
        (None, Some("start")) => Ok(Target::Start),
        (None, _) => Ok(Target::End),
    }
}

/// Edits a page. The text of the page then.
fn run(call: &mut Call<'_>, page: Uuid, edit: &Edit, allow_deleting: bool) -> Result<Value, Refusal> {
    let scene = Scene {
        workspace: call.workspace(),
        caller: &call.caller,
        now: call.now,
        page,
        above: None,
    };
    let before = Content::of_page(scene.workspace, scene.caller, page, &document::steady).nodes;
    let after = edit.apply(&before, style(Some(page), false))?;
    let plan = Plan::check(scene, document::diff(&before, after), allow_deleting)?;
    let (now, bot) = (call.now, call.caller.bot);
    plan.commit(call.workspace_mut(), bot, now);
    Ok(show_page(call, page, false))
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

fn show_page(call: &Call<'_>, page: Uuid, transcripts: bool) -> Value {
    let workspace = call.workspace();
    let files = files::addresses(call.core, call.request, workspace.id, call.now);
    let content = Content::of_page(workspace, &call.caller, page, &files);
    show(page, Some(page), &content, transcripts)
}

fn show(id: Uuid, page: Option<Uuid>, content: &Content, transcripts: bool) -> Value {
    let written = markdown::write(&content.nodes, style(page, transcripts));
    json!({
        "object": "page_markdown",
        "id": id,
        "markdown": written.text,
        "truncated": content.truncated,
        "unknown_block_ids": written.unknown,
    })
}

/// How a text is shown.
fn style(page: Option<Uuid>, transcripts: bool) -> Style {
    Style {
        page,
        labels: true,
        transcripts,
    }
}
