#![doc = include_str!("../README.md")]
//!
//! # Where to go from here
//!
//! - A chapter for each topic: [`guide`].
//! - The derives: [`NotionRow`](trait@NotionRow), [`NotionOption`](trait@NotionOption). Which Rust types hold which kinds:
//!   [`property`].
//! - The client: [`Notion`], [`NotionBuilder`], [`Token`].
//! - Rows: [`Table`], [`Row`], [`Page`], [`AnyRow`].
//! - Writes: [`Insert`], [`Update`], [`Upsert`], and many at once, [`Batch`].
//! - Queries: [`Query`], [`Rows`], [`Filter`], [`Column`], [`Flatten`], [`Sort`].
//! - What goes wrong: [`Error`], [`ErrorKind`], [`Difference`].
//! - Below: [`transport`].

mod api;
mod client;
mod error;
mod id;
mod table;
mod token;

pub mod guide;
pub mod kind;
pub mod property;
pub mod query;
pub mod row;
pub mod transport;

pub use api::NOTION_VERSION;
pub use api::data_sources::TemplateRef;
pub use api::databases::{Database, SourceRef};
pub use api::pages::MoveTo;
pub use api::search::{FoundDataSource, Shared};
pub use api::users::Bot;
pub use client::{Notion, NotionBuilder};
pub use error::{Error, ErrorKind, Result};
pub use id::{CustomEmojiId, DataSourceId, DatabaseId, FileUploadId, PageId, UserId};
/// The crate that dates and times are of.
pub use jiff;
pub use notion_schema as schema;
pub use property::{
    Annotations, DateOrRange, DateOrTime, FileRef, FileSource, Formula, Mention, NotionOption, Place, Raw,
    Related, Relation, RichText, Rollup, Span, SpanContent, StatusGroup, TemplateMention, TextColor,
    UniqueId, UserKind, UserRef, Verification, VerificationState,
};
pub use query::{Column, Filter, Flatten, Me, Query, RelativeDate, RowPage, Rows, Sort};
pub use row::{
    AnyProperty, AnyRow, Cover, Icon, IconColor, InsertRow, KeyedRow, NotionRow, Page, Parent, Row, RowRef,
};
pub use table::{Batch, Difference, Insert, Moved, Seen, Table, Template, Update, Upsert, Upserted};
pub use token::{BoxFuture, Token, TokenFile, TokenProvider};

#[cfg(feature = "derive")]
pub use notion_derive::{NotionOption, NotionRow};

/// What most programs use: `use notion_core::prelude::*;`.
pub mod prelude {
    #[doc(no_inline)]
    pub use crate::{
        DateOrRange, FileRef, Filter, Formula, InsertRow, Notion, NotionOption, NotionRow, PageId, Related,
        Relation, RelativeDate, RichText, Rollup, Row, Table, Token, UserRef,
    };
}

/// What the code of the derives names. Not part of the API.
#[doc(hidden)]
pub mod __private {
    pub use std::option::Option;
    pub use std::result::Result;
    pub use std::string::String;

    pub use notion_schema::json::Reader;

    pub use crate::kind;
    pub use crate::property::{HasKind, NotionOption, OptionColor, OptionDef, ReadError, StatusGroup};
    pub use crate::query::{Column, Filter, Flatten, ReadOnly, column, read_only, stand_in};
    pub use crate::row::{
        ColumnDef, Columns, InsertRow, KeyedRow, NotionRow, RowWriter, assert_options, converted, parsed,
        parsed_option, taken,
    };

    pub type OwnColumn<R, T, A = crate::query::ReadWrite> = Column<R, <T as HasKind>::Kind, T, A>;
    pub type ResultOf<T> = <T as crate::property::HasResult>::Result;
}
