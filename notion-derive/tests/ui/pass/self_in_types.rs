use notion_core::Relation;
use notion_core::prelude::*;
use std::marker::PhantomData;

trait Named {
    type Name;
}

#[derive(NotionRow)]
#[notion(insert = NewTask, insert_derive(Debug))]
struct Task {
    #[notion(title, parse)]
    name: Tagged<Self>,
    #[notion(name = "Parents")]
    parents: Relation<Self>,
    #[notion(name = "Text")]
    text: <Self as Named>::Name,
    #[notion(created_time)]
    created: jiff::Timestamp,
}

impl Named for Task {
    type Name = String;
}

struct Tagged<T>(String, PhantomData<fn() -> T>);

impl<T> std::fmt::Debug for Tagged<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<T> std::fmt::Display for Tagged<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<T> std::str::FromStr for Tagged<T> {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned(), PhantomData))
    }
}

fn main() {
    let new = NewTask {
        name: "a".parse().unwrap(),
        parents: Relation::default(),
        text: String::new(),
    };
    let _ = notion_core::row::properties_json(&new).unwrap();
}
