//! Comments.

use serde_json::{Value, json};
use uuid::Uuid;

use super::attributes;
use super::call::{Call, bad_cursor, cut, list as wrap};
use crate::engine::comment::{self, Comment, Words};
use crate::engine::parent::Parent;
use crate::engine::rich_text::{self, Item};
use crate::engine::{block, id, markdown, upload};
use crate::refusal::Refusal;
use crate::request::object;
use crate::validate::{self, Fields, MAX_ITEMS, Path};

/// The most files with one comment.
const MAX_ATTACHMENTS: usize = 3;

/// Where a new comment belongs, as the request says it.
enum Target {
    Page(Uuid),
    Block(Uuid),
    Discussion(Uuid),
}

/// Under which name a new comment is shown, as the request says it.
enum Name {
    Integration,
    User,
    Custom(String),
}

/// `POST /v1/comments`.
pub(super) fn create(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let body = call.request.json()?;
    let body = object(&body)?;
    let uploads = attachments(&body)?;
    let name = name(&body)?;
    let target = target(&body)?;
    let items = text(&body)?;
    body.only(&[
        "attachments",
        "display_name",
        "parent",
        "rich_text",
        "markdown",
        "discussion_id",
    ])?;

    let (parent, discussion) = find(call, &target)?;
    if parent.id().is_some_and(|id| call.workspace().trashed(id)) {
        return Err(Refusal::in_trash());
    }
    let workspace = call.workspace();
    let attachments = uploads.iter().map(|id| {
        let upload = upload::usable(workspace, &call.caller, *id, call.now)?;
        Ok(comment::attachment(upload))
    });
    let words = Words {
        attachments: attachments.collect::<Result<_, Refusal>>()?,
        text: rich_text::resolve(&items, workspace),
        display_name: shown_name(call, &name),
    };

    let (now, bot) = (call.now, call.caller.bot);
    let workspace = call.workspace_mut();
    let tick = workspace.next_tick();
    upload::attach(workspace, &words.attachments);
    let comment = Comment::new(parent, discussion, words, bot, now, tick);
    let answer = comment.to_json();
    workspace.comments.insert(comment.id, comment);
    Ok(answer)
}

/// `GET /v1/comments`: the open ones on a page or block itself.
pub(super) fn list(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let path = Path::query();
    let id = match call.request.query("block_id") {
        None => return Err(path.key("block_id").should("defined", None)),
        Some(text) => match scalar(text) {
            number @ Value::Number(_) => return Err(path.key("block_id").should("a string", Some(&number))),
            _ => id::parse(text)
                .ok_or_else(|| path.key("block_id").should("a valid uuid", Some(&json!(text))))?,
        },
    };
    let size = call.request.query("page_size").map(scalar);
    if let Some(size) = size.filter(|size| size.as_f64().is_some_and(|size| size > MAX_ITEMS as f64)) {
        let expectation = format!("≤ `{MAX_ITEMS}` or `undefined`");
        return Err(path.key("page_size").should(&expectation, Some(&size)));
    }
    let (cursor, size) = call.paging()?;

    if call.workspace().databases.contains_key(&id) && call.sees(id) {
        return Err(restricted());
    }
    let parent = block_or_page(call, id)?;
    let workspace = call.workspace();
    let found: Vec<Uuid> = comment::about(workspace, &parent)
        .iter()
        .map(|comment| comment.id)
        .collect();
    let (ids, next) = cut(&found, cursor, size).ok_or_else(|| bad_cursor(call))?;
    let results = ids.iter().filter_map(|id| workspace.comments.get(id));
    Ok(Value::Object(wrap(
        results.map(Comment::to_json).collect(),
        next.map(|id| id.to_string()).as_deref(),
        "comment",
    )))
}

/// `GET /v1/comments/{id}`.
pub(super) fn retrieve(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("comment_id")?;
    Ok(seen(call, id)?.to_json())
}

/// `PATCH /v1/comments/{id}`: another text.
pub(super) fn update(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("comment_id")?;
    let body = call.request.json()?;
    let body = object(&body)?;
    let items = text(&body)?;
    body.only(&["rich_text", "markdown"])?;

    own(call, id)?;
    let text = rich_text::resolve(&items, call.workspace());
    let now = call.now;
    if let Some(comment) = call.workspace_mut().comments.get_mut(&id) {
        comment.rewrite(text, now);
    }
    Ok(seen(call, id)?.to_json())
}

/// `DELETE /v1/comments/{id}`.
pub(super) fn delete(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("comment_id")?;
    let answer = own(call, id)?.to_json();
    call.workspace_mut().comments.remove(&id);
    Ok(answer)
}

/// An open comment whose page or block the caller may see.
fn seen<'a>(call: &'a Call<'_>, id: Uuid) -> Result<&'a Comment, Refusal> {
    comment::open(call.workspace(), id)
        .filter(|comment| sees(call, &comment.parent))
        .ok_or_else(|| call.missing("comment", id))
}

/// An open comment that the caller made itself: nobody else may change it.
fn own<'a>(call: &'a Call<'_>, id: Uuid) -> Result<&'a Comment, Refusal> {
    let comment = seen(call, id)?;
    if comment.created_by == call.caller.bot {
        Ok(comment)
    } else {
        Err(restricted())
    }
}

fn sees(call: &Call<'_>, parent: &Parent) -> bool {
    parent.id().map_or(call.caller.access.all, |id| call.sees(id))
}

fn restricted() -> Refusal {
    let message = "API token does not have access to this resource.";
    Refusal::new(403, "restricted_resource", message)
}

/// What the comment is about, and the discussion it goes on with. There is one open discussion about a page or block itself,
/// as recorded; closing it, or taking it away, makes room for the next.
fn find(call: &Call<'_>, target: &Target) -> Result<(Parent, Uuid), Refusal> {
    let workspace = call.workspace();
    let parent = match target {
        Target::Page(id) => Parent::Page(call.page(*id)?.id),
        Target::Block(id) => block_or_page(call, *id)?,
        Target::Discussion(id) => {
            let parent = comment::discussion(workspace, *id).filter(|parent| sees(call, parent));
            let parent = parent.ok_or_else(|| call.missing("discussion", *id))?;
            return Ok((parent.clone(), *id));
        }
    };
    let last = comment::about(workspace, &parent).pop();
    let discussion = last.map_or_else(id::fresh, |comment| comment.discussion);
    Ok((parent, discussion))
}

/// A page is a block too, but its comments are those on the page.
fn block_or_page(call: &Call<'_>, id: Uuid) -> Result<Parent, Refusal> {
    let workspace = call.workspace();
    if workspace.pages.contains_key(&id) && call.sees(id) {
        return Ok(Parent::Page(id));
    }
    let is_block = block::any_in_trash(workspace, id).is_some() && !workspace.databases.contains_key(&id);
    if is_block && call.sees(id) {
        return Ok(Parent::Block(id));
    }
    Err(call.missing("block", id))
}

fn target(body: &Fields<'_>) -> Result<Target, Refusal> {
    match (body.get("parent"), body.get("discussion_id")) {
        (None, None) => Err(validate::either(&[
            body.place("parent"),
            body.place("discussion_id"),
        ])),
        (Some(_), Some(value)) => Err(body.place("discussion_id").should("not present", Some(value))),
        (None, Some(_)) => Ok(Target::Discussion(body.uuid("discussion_id")?)),
        (Some(_), None) => {
            let parent = body.object("parent")?;
            parent.only(&["type", "page_id", "block_id"])?;
            match (parent.get("page_id"), parent.get("block_id")) {
                (None, None) => Err(validate::either(&[
                    parent.place("page_id"),
                    parent.place("block_id"),
                ])),
                (Some(_), Some(value)) => Err(parent.place("block_id").should("not present", Some(value))),
                (Some(_), None) => Ok(Target::Page(parent.uuid("page_id")?)),
                (None, Some(_)) => Ok(Target::Block(parent.uuid("block_id")?)),
            }
        }
    }
}

/// The text, as rich text or as Markdown.
fn text(body: &Fields<'_>) -> Result<Vec<Item>, Refusal> {
    match (
        attributes::text(body, "rich_text")?,
        body.optional_string("markdown")?,
    ) {
        (None, None) => Err(validate::either(&[
            body.place("rich_text"),
            body.place("markdown"),
        ])),
        (Some(_), Some(_)) => Err(body.place("markdown").should("not present", body.get("markdown"))),
        (Some(items), None) => Ok(items),
        (None, Some(text)) => rich_text::check(&markdown::read_inline(text), &body.place("markdown")),
    }
}

fn attachments(body: &Fields<'_>) -> Result<Vec<Uuid>, Refusal> {
    let items = body.optional_array("attachments")?.unwrap_or_default();
    let path = body.place("attachments");
    validate::at_most(&path, items.len(), MAX_ATTACHMENTS)?;
    let read = |(at, item)| {
        let item = Fields::of(item, path.at(at))?;
        item.only(&["file_upload_id", "type"])?;
        item.optional_enum("type", &["file_upload"])?;
        item.uuid("file_upload_id")
    };
    items.iter().enumerate().map(read).collect()
}

fn name(body: &Fields<'_>) -> Result<Name, Refusal> {
    let Some(name) = body.optional_object("display_name")? else {
        return Ok(Name::Integration);
    };
    name.only(&["type", "custom"])?;
    Ok(match name.word("type", &["integration", "user", "custom"])? {
        "user" => Name::User,
        "custom" => Name::Custom(name.object("custom")?.string("name")?.to_owned()),
        _ => Name::Integration,
    })
}

/// The name as the API returns it. An internal connection acts for no user.
fn shown_name(call: &Call<'_>, name: &Name) -> Value {
    let workspace = call.workspace();
    let (kind, resolved) = match name {
        Name::Integration => ("integration", Some(workspace.bot_name(call.caller.bot))),
        Name::User => ("user", call.caller.owner.map(|owner| workspace.user_name(owner))),
        Name::Custom(name) => ("custom", Some(name.as_str())),
    };
    json!({"type": kind, "resolved_name": resolved})
}

/// A value of a query string as messages show it. What looks like a number is one, and so is nothing at all.
fn scalar(text: &str) -> Value {
    match text.parse::<i64>() {
        Ok(number) => json!(number),
        Err(_) if text.is_empty() => json!(0),
        Err(_) => json!(text),
    }
}
