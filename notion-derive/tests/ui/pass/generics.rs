use notion_core::prelude::*;
use notion_core::property::{HasKind, Property, WritableProperty};

#[derive(NotionRow)]
struct Wrapper<T>
where
    T: HasKind + Property<T::Kind> + WritableProperty<T::Kind> + Send + 'static,
{
    #[notion(title)]
    name: String,
    value: T,
}

/// The values of a row are behind any of these, and the row is read into a draft.
#[derive(NotionRow)]
#[notion(insert = NewParsed)]
struct Parsed<T: std::str::FromStr<Err: std::fmt::Display> + std::fmt::Display + Send + 'static, const N: usize = 3> {
    #[notion(title, parse)]
    name: T,
    #[notion(parse, default = "fallback")]
    other: Option<T>,
    #[notion(skip)]
    marks: std::marker::PhantomData<[T; N]>,
    #[notion(created_time)]
    created: jiff::Timestamp,
}

fn fallback<T>() -> Option<T> {
    None
}

#[derive(NotionRow)]
struct Holder<T: NotionRow> {
    #[notion(title)]
    name: String,
    #[notion(flatten)]
    rest: T,
}

macro_rules! row {
    ($name:ident, $field:ident: $ty:ty, $column:literal) => {
        #[derive(NotionRow)]
        #[notion(insert = NewFromMacro)]
        struct $name {
            #[notion(name = $column)]
            $field: $ty,
            #[notion(parse)]
            host: Option<$ty>,
            #[notion(key)]
            key: String,
        }
    };
}

row!(FromMacro, value: f64, "Value");

fn main() {
    let _ = Wrapper::<bool>::VALUE.is(true);
    let _ = FromMacro::VALUE.ge(1.5) & !FromMacro::VALUE.is_empty() & FromMacro::HOST.is_empty();
    let new = NewFromMacro {
        value: 1.0,
        host: Some(2.0),
        key: "a".to_owned(),
    };
    assert_eq!(FromMacro::VALUE.name(), "Value");
    let _ = (new.value, new.host, new.key);
    let _ = Holder::<FromMacro>::REST.column(FromMacro::VALUE).ge(1);
    assert_eq!(Holder::<FromMacro>::COLUMNS.len(), 4);
}
