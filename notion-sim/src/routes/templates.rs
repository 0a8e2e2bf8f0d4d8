//! Templates: listing them, and applying one to a page.
//!
//! Notion applies a template after it has answered. Here it is done right after the answer was made and before the next
//! request is looked at, so every program sees a blank page first and never has to wait.

use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::{Value, json};
use uuid::Uuid;

use super::call::{Call, cut};
use crate::engine::page::Page;
use crate::engine::template::{self, Occasion};
use crate::refusal::Refusal;
use crate::validate::{Fields, Path};

/// What a request says about a template.
#[derive(Debug)]
pub(super) struct Wish {
    /// `None` is the default one of the data source.
    page: Option<Uuid>,
    zone: TimeZone,
}

/// A template that is there, and how to apply it.
#[derive(Debug)]
pub(super) struct Chosen {
    page: Uuid,
    occasion: Occasion,
}

/// `GET /v1/data_sources/{id}/templates`.
pub(super) fn list(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("data_source_id")?;
    let (cursor, size) = call.paging()?;
    let wanted = call.request.query("name").unwrap_or_default().to_lowercase();
    let source = call.data_source(id)?.id;
    let workspace = call.workspace();
    let name = |page: Uuid| {
        workspace
            .pages
            .get(&page)
            .map(Page::title_text)
            .unwrap_or_default()
    };
    let found: Vec<Uuid> = workspace
        .templates_of(source)
        .map(|template| template.page)
        .filter(|page| call.sees(*page) && name(*page).to_lowercase().contains(&wanted))
        .collect();
    let Some((pages, next)) = cut(&found, cursor, size) else {
        let cursor = json!(call.request.query("start_cursor"));
        return Err(Path::query()
            .key("start_cursor")
            .should("a valid uuid or `undefined`", Some(&cursor)));
    };
    let templates = workspace
        .templates_of(source)
        .filter(|template| pages.contains(&template.page));
    let templates = templates.map(|template| {
        json!({"id": template.page, "name": name(template.page), "is_default": template.is_default})
    });
    Ok(json!({
        "templates": templates.collect::<Vec<_>>(),
        "has_more": next.is_some(),
        "next_cursor": next,
    }))
}

/// Checks the shape of `template`. `kinds` are the types that are possible.
pub(super) fn check(body: &Fields<'_>, kinds: &[&str]) -> Result<Option<Wish>, Refusal> {
    let Some(fields) = body.optional_object("template")? else {
        return Ok(None);
    };
    let kind = fields.word("type", kinds)?;
    if kind == "none" {
        fields.only(&["type"])?;
        return Ok(None);
    }
    let zone = match fields.optional_string("timezone")? {
        None => TimeZone::UTC,
        Some(name) => TimeZone::get(name).map_err(|_| {
            fields
                .place("timezone")
                .should("a valid IANA time zone", fields.get("timezone"))
        })?,
    };
    if kind == "default" {
        fields.only(&["type", "timezone"])?;
        return Ok(Some(Wish { page: None, zone }));
    }
    fields.only(&["type", "template_id", "timezone"])?;
    let page = Some(fields.uuid("template_id")?);
    Ok(Some(Wish { page, zone }))
}

/// Finds the template for a page in this data source, or for a page of its own.
pub(super) fn find(
    call: &Call<'_>,
    wish: Option<Wish>,
    source: Option<Uuid>,
) -> Result<Option<Chosen>, Refusal> {
    let Some(wish) = wish else { return Ok(None) };
    let workspace = call.workspace();
    let page = match wish.page {
        None => {
            let mut all = source
                .into_iter()
                .flat_map(|source| workspace.templates_of(source));
            let default = all.find(|template| template.is_default);
            default
                .map(|template| template.page)
                .ok_or_else(|| Refusal::invalid("The data source has no default template."))?
        }
        Some(page) => {
            let known = workspace.pages.contains_key(&page) && call.sees(page) && !workspace.trashed(page);
            if !known {
                return Err(Refusal::invalid(format!(
                    "Could not find a template with ID: {page}. Make sure it is shared with your integration."
                )));
            }
            page
        }
    };
    let occasion = Occasion {
        by: call.caller.bot,
        now: call.now,
        zone: wish.zone,
    };
    Ok(Some(Chosen { page, occasion }))
}

/// Applies a template after the answer was made. Columns in `kept` keep their values.
pub(super) fn apply(call: &mut Call<'_>, chosen: Option<Chosen>, page: Uuid, kept: &[Arc<str>]) {
    if let Some(Chosen { page: from, occasion }) = chosen {
        template::apply(call.workspace_mut(), from, page, kept, &occasion);
    }
}
