//! From what people know of a table to the data source itself.

use std::fmt::Display;
use std::marker::PhantomData;
use std::sync::Arc;

use notion_schema::DataSource;
use url::form_urlencoded::byte_serialize;
use uuid::Uuid;

use super::verify::{Known, Verdict, verify};
use super::{Inner, Table};
use crate::api::{self, databases, pages};
use crate::client::Notion;
use crate::error::{Error, ErrorKind, Result};
use crate::id;
use crate::row::{Binding, NotionRow, Rollup};
use crate::token::BoxFuture;

impl Notion {
    /// Binds `T` to a data source: compares the two once, and fails with all differences if they do not fit.
    ///
    /// `reference` names it as for [`find_data_source`](Notion::find_data_source).
    ///
    /// # Errors
    /// When it is not found, or when the struct does not fit ([`ErrorKind::SchemaMismatch`]).
    pub fn table<T: NotionRow>(&self, reference: impl Display) -> BoxFuture<'_, Result<Table<T>>> {
        let reference = reference.to_string();
        Box::pin(async move {
            let schema = self.find_data_source(reference).await?;
            Ok(self.bind(schema, &|_, _| None)?.warned())
        })
    }

    /// The schema of a data source by what people know of it: the id or URL of the database or data source, or its exact
    /// title. A database with several data sources must be named by one of these.
    ///
    /// # Errors
    /// When it is not found or not shared with the connection, when it is a page, or when the title is that of several.
    pub async fn find_data_source(&self, reference: impl Display) -> Result<DataSource> {
        let reference = reference.to_string();
        match id::find(&reference) {
            Some(id) => self.by_id(id).await,
            None if reference.contains("://") => Err(not_a_link(&reference)),
            None if reference.trim().is_empty() => Err(Error::new(
                ErrorKind::InvalidInput,
                "the name of a table is empty",
            )
            .with_hint("Give the id, URL or title of a database.")),
            None => self.by_title(&reference).await,
        }
    }

    /// `known` gives the id of a column, by its place and what the type says of it, if it was bound before.
    pub(super) fn bind<T: NotionRow>(&self, schema: DataSource, known: &Known<'_>) -> Result<Table<T>> {
        let id = schema.id.parse()?;
        if schema.in_trash {
            return Err(Error::new(
                ErrorKind::NotFound,
                format!("the data source `{}` is in the trash", schema.title),
            )
            .with_hint("Restore it in Notion first."));
        }
        let Verdict { columns, renamed } = verify::<T>(&schema, known)?;
        let order = |id: &str| {
            schema
                .properties
                .iter()
                .position(|property| property.id == id)
                .unwrap_or(usize::MAX)
        };
        let properties = columns
            .iter()
            .map(|&at| (&*schema.properties[at].id, &*schema.properties[at].name));
        let binding = Binding::new(T::COLUMNS, properties, order).with_rollups(rollups(&schema, &columns));
        let inner = Inner {
            notion: self.clone(),
            id,
            schema,
            binding,
            renamed,
        };
        Ok(Table {
            inner: Arc::new(inner),
            row: PhantomData,
        })
    }

    /// What people copy is mostly the id of a database, so that is tried first.
    async fn by_id(&self, id: Uuid) -> Result<DataSource> {
        match self.database(id.into()).await {
            Ok(database) => match &*database.data_sources {
                [only] => self.data_source(only.id).await,
                several => Err(not_one_source(&database.title, several)),
            },
            Err(error) if error.is_not_found() => match self.data_source(id.into()).await {
                Err(error) if error.is_not_found() => Err(self.what_else(id, error).await),
                found => found,
            },
            Err(error) => Err(error),
        }
    }

    /// Why an id is neither a database nor a data source.
    async fn what_else(&self, id: Uuid, not_found: Error) -> Error {
        let Ok(request) = pages::retrieve(id.into(), ["title"]) else {
            return not_found;
        };
        match self.send(request).await {
            Ok(_) => Error::new(ErrorKind::InvalidInput, format!("{id} is a page, not a database"))
                .with_hint("Open the database as a full page and copy its link, not that of a row or of the page around it."),
            Err(_) => not_found,
        }
    }

    async fn by_title(&self, title: &str) -> Result<DataSource> {
        let shared = self.search_data_sources(title).await?;
        let named: Vec<_> = shared.iter().filter(|source| source.title == title).collect();
        match &*named {
            [only] => self.data_source(only.id).await,
            [] => Err(self.no_such_title(title).await),
            several => {
                let ids = several
                    .iter()
                    .map(|source| source.id.to_string())
                    .collect::<Vec<_>>()
                    .join(", ");
                let message = format!("{} data sources are titled `{title}`: {ids}", several.len());
                Err(Error::new(ErrorKind::InvalidInput, message)
                    .with_hint("Name the one you mean by its id."))
            }
        }
    }

    async fn no_such_title(&self, title: &str) -> Error {
        let shared = self.search_data_sources("").await.unwrap_or_default();
        let error = Error::new(
            ErrorKind::NotFound,
            format!("no data source titled `{title}` is shared with the connection"),
        );
        if shared.is_empty() {
            return error.with_hint(api::SHARE);
        }
        let titles = shared
            .iter()
            .take(20)
            .map(|source| format!("`{}`", source.title))
            .collect::<Vec<_>>();
        let near = notion_schema::nearest(title, shared.iter().map(|source| &*source.title));
        let near = near
            .map(|near| format!("Did you mean `{near}`? "))
            .unwrap_or_default();
        error.with_hint(format!(
            "{near}These are shared: {}. {}",
            titles.join(", "),
            api::SHARE
        ))
    }
}

/// The rollups among the columns, whose places in the schema are given.
fn rollups(schema: &DataSource, columns: &[usize]) -> Vec<Rollup> {
    let rollup = |(column, at): (usize, &usize)| {
        let rolled_up = schema.properties[*at].rolled_up()?;
        let relation = schema.property(&rolled_up.relation)?;
        let property = byte_serialize(rolled_up.property_id.as_bytes()).collect::<String>();
        Some(Rollup {
            column,
            relation: relation.id.clone(),
            // In a path, a space is no `+`.
            property: property.replace('+', "%20"),
        })
    };
    columns.iter().enumerate().filter_map(rollup).collect()
}

fn not_a_link(reference: &str) -> Error {
    let shown: String = reference.chars().take(80).collect();
    Error::new(
        ErrorKind::InvalidInput,
        format!("`{shown}` is a link without the id of a database"),
    )
    .with_hint("Open the database as a full page and use ••• → Copy link.")
}

fn not_one_source(title: &str, sources: &[databases::SourceRef]) -> Error {
    if sources.is_empty() {
        return Error::new(
            ErrorKind::NotFound,
            format!("database `{title}` has no data source that is shared with the connection"),
        )
        .with_hint("A linked database shows rows of another one: share and name that one.");
    }
    let list = sources
        .iter()
        .map(|source| format!("`{}` ({})", source.name, source.id))
        .collect::<Vec<_>>();
    let message = format!(
        "database `{title}` has {} data sources: {}",
        sources.len(),
        list.join(", ")
    );
    Error::new(ErrorKind::InvalidInput, message).with_hint("Name the one you mean by its id.")
}
