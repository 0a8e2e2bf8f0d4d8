//! Structs as rows: what a column is in Rust, what is computed, and what does not fit.
//!
//! ```console
//! $ cargo run --bin rows
//! ```

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use jiff::Timestamp;
use notion_core::prelude::*;
use notion_core::{AnyRow, UniqueId};
use notion_examples::{Result, cell, database, heading, table, workspace};
use serde_json::json;

/// A book on the shelf.
#[derive(Debug, NotionRow)]
#[notion(rename_all = "Sentence case", insert = NewBook)]
struct Book {
    #[notion(title, name = "Book")]
    title: String,
    author: String,
    #[notion(name = "№")]
    number: UniqueId,
    pages: Option<u32>,
    read: bool,
    #[notion(parse)]
    isbn: Option<Isbn>,
    #[notion(flatten)]
    loan: Loan,
    #[notion(created_time)]
    added: Timestamp,
}

/// The columns of all that people may borrow.
#[derive(Debug, Clone, NotionRow)]
#[notion(rename_all = "Sentence case")]
struct Loan {
    lent_to: Vec<UserRef>,
    #[notion(default)]
    times_lent: u32,
}

/// A value that is a text in Notion.
#[derive(Debug, Clone)]
struct Isbn(u64);

impl FromStr for Isbn {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.replace('-', "").parse().map(Self)
    }
}

impl fmt::Display for Isbn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Fewer columns of the same rows, and so a smaller request.
#[derive(Debug, NotionRow)]
struct Title {
    #[notion(title)]
    title: String,
}

/// What somebody believes of the database.
#[derive(Debug, NotionRow)]
#[notion(rename_all = "Sentence case")]
struct Mistaken {
    #[notion(name = "Auhtor")]
    author: String,
    isbn: Option<u64>,
}

#[tokio::main]
async fn main() -> Result {
    let (sim, notion) = workspace().await?;
    let columns = json!({
        "Book": {"title": {}}, "Author": {"rich_text": {}}, "№": {"unique_id": {"prefix": "BOOK"}}, "Pages": {"number": {}},
        "Read": {"checkbox": {}}, "Isbn": {"rich_text": {}}, "Lent to": {"people": {}}, "Times lent": {"number": {}},
        "Added": {"created_time": {}},
    });
    database(&sim, "Books", columns).await?;

    let books = notion.table::<Book>("Books").await?;
    let new = |title: &str, author: &str, pages, isbn: Option<&str>| -> Result<NewBook> {
        Ok(NewBook {
            title: title.to_owned(),
            author: author.to_owned(),
            pages,
            read: pages.is_some(),
            isbn: isbn.map(str::parse).transpose()?,
            loan: Loan {
                lent_to: Vec::new(),
                times_lent: 0,
            },
        })
    };
    books
        .insert(&new(
            "Programming Rust",
            "Blandy",
            Some(735),
            Some("978-1492052593"),
        )?)
        .await?;
    books
        .insert(&new("Sketch of the Analytical Engine", "Lovelace", None, None)?)
        .await?;

    heading("The rows as they are stored");
    let mut shown = table(["№", "Book", "Author", "Pages", "Read", "Isbn", "Lent", "Added"]);
    for book in books.query().sort(Book::NUMBER.asc()).all().await? {
        shown.add_row([
            book.number.to_string(),
            book.title.clone(),
            book.author.clone(),
            cell(book.pages),
            book.read.to_string(),
            cell(book.isbn.as_ref()),
            format!("{} times", book.loan.times_lent),
            book.added.to_string(),
        ]);
    }
    println!("{shown}");

    heading("Unread, with titles alone");
    for book in books.query().filter(!Book::READ).select::<Title>()?.all().await? {
        println!("{}", book.title);
    }

    heading("A struct that does not fit");
    let error = notion.table::<Mistaken>("Books").await.unwrap_err();
    println!("{error}");

    heading("A page of any shape");
    let book = books.get_by_unique_id("BOOK-1").await?;
    let AnyRow { mut properties, .. } = notion.page(book.id()).await?;
    properties.sort_by(|one, other| one.name.cmp(&other.name));
    for property in properties {
        let value: String = property.value().chars().take(60).collect();
        println!("{:<12} {:<14} {value}", property.name, property.type_name);
    }
    Ok(())
}
