use std::collections::{BTreeSet, HashSet};
use std::hash::Hash;
use std::sync::Arc;

use jiff::{Timestamp, Zoned, civil};
use url::Url;

use super::{DateOrRange, FileRef, Related, Relation, RichText, Span, UserRef};
use crate::id::UserId;

/// What a column of `V` can be set to: a `V`, or something that is plainly meant as one.
#[diagnostic::on_unimplemented(
    message = "a column of `{V}` cannot be set to `{Self}`",
    label = "not a value for this column",
    note = "text takes `&str` or `String` and rich text also a `Span`, people take a `UserId` or several, a date `jiff::civil::Date`, `jiff::Timestamp` or `&jiff::Zoned`, options their enum, a relation a `PageId` or `&Row` of the right type, a list a `Vec`, array or slice of what the field holds",
    note = "`clear` empties a column; a column that may be empty is an `Option`"
)]
pub trait IntoValue<V> {
    /// The value.
    fn into_value(self) -> V;
}

impl<V> IntoValue<V> for V {
    fn into_value(self) -> V {
        self
    }
}

impl<V> IntoValue<Option<V>> for V {
    fn into_value(self) -> Option<V> {
        Some(self)
    }
}

macro_rules! meant_as {
    ($($given:ty => $value:ty;)*) => {$(
        impl IntoValue<$value> for $given {
            fn into_value(self) -> $value {
                self.into()
            }
        }

        impl IntoValue<Option<$value>> for $given {
            fn into_value(self) -> Option<$value> {
                Some(self.into())
            }
        }
    )*};
}

meant_as! {
    &str => String;
    &str => Box<str>;
    &str => Arc<str>;
    &str => RichText;
    &String => String;
    &String => RichText;
    String => Box<str>;
    String => Arc<str>;
    String => RichText;
    Span => RichText;
    Url => String;
    i32 => f64;
    civil::Date => DateOrRange;
    Timestamp => DateOrRange;
    &Zoned => DateOrRange;
}

impl IntoValue<Url> for &Url {
    fn into_value(self) -> Url {
        self.clone()
    }
}

impl IntoValue<Option<Url>> for &Url {
    fn into_value(self) -> Option<Url> {
        Some(self.clone())
    }
}

impl IntoValue<String> for &Url {
    fn into_value(self) -> String {
        self.as_str().to_owned()
    }
}

impl IntoValue<Option<String>> for &Url {
    fn into_value(self) -> Option<String> {
        Some(self.into_value())
    }
}

/// Lists and sets, from what holds elements that are meant as theirs.
macro_rules! lists {
    ($([$($generics:tt)*] $given:ty => $value:ty;)*) => {$(
        impl<$($generics)*> IntoValue<$value> for $given {
            fn into_value(self) -> $value {
                self.into_iter().map(|one| one.to_owned().into()).collect()
            }
        }

        impl<$($generics)*> IntoValue<Option<$value>> for $given {
            fn into_value(self) -> Option<$value> {
                Some(self.into_value())
            }
        }
    )*};
}

lists! {
    [] &[&str] => Vec<String>;
    [] &[&str] => HashSet<String>;
    [] &[&str] => BTreeSet<String>;
    [] Vec<&str> => Vec<String>;
    [] Vec<&str> => HashSet<String>;
    [] Vec<&str> => BTreeSet<String>;
    [const N: usize] [&str; N] => Vec<String>;
    [const N: usize] [&str; N] => HashSet<String>;
    [const N: usize] [&str; N] => BTreeSet<String>;
    [] &[UserId] => Vec<UserRef>;
    [] Vec<UserId> => Vec<UserRef>;
    [const N: usize] [UserId; N] => Vec<UserRef>;
}

/// One element is a list of one, where that is plain: a task has one owner, and may have more.
macro_rules! elements {
    ($($given:ty => $value:ty;)*) => {$(
        impl IntoValue<Vec<$value>> for $given {
            fn into_value(self) -> Vec<$value> {
                vec![self.into()]
            }
        }

        impl IntoValue<Option<Vec<$value>>> for $given {
            fn into_value(self) -> Option<Vec<$value>> {
                Some(self.into_value())
            }
        }
    )*};
}

elements! {
    UserId => UserRef;
    UserRef => UserRef;
    FileRef => FileRef;
}

impl<T, const N: usize> IntoValue<Vec<T>> for [T; N] {
    fn into_value(self) -> Vec<T> {
        self.into()
    }
}

impl<T, const N: usize> IntoValue<Option<Vec<T>>> for [T; N] {
    fn into_value(self) -> Option<Vec<T>> {
        Some(self.into())
    }
}

impl<T: Clone> IntoValue<Vec<T>> for &[T] {
    fn into_value(self) -> Vec<T> {
        self.to_vec()
    }
}

impl<T: Clone> IntoValue<Option<Vec<T>>> for &[T] {
    fn into_value(self) -> Option<Vec<T>> {
        Some(self.to_vec())
    }
}

macro_rules! sets {
    ($($set:ident [$($bound:tt)*];)*) => {$(
        impl<T: $($bound)*, const N: usize> IntoValue<$set<T>> for [T; N] {
            fn into_value(self) -> $set<T> {
                self.into()
            }
        }

        impl<T: $($bound)*, const N: usize> IntoValue<Option<$set<T>>> for [T; N] {
            fn into_value(self) -> Option<$set<T>> {
                Some(self.into())
            }
        }

        impl<T: $($bound)*> IntoValue<$set<T>> for Vec<T> {
            fn into_value(self) -> $set<T> {
                self.into_iter().collect()
            }
        }

        impl<T: $($bound)*> IntoValue<Option<$set<T>>> for Vec<T> {
            fn into_value(self) -> Option<$set<T>> {
                Some(self.into_value())
            }
        }
    )*};
}

sets! {
    HashSet [Eq + Hash];
    BTreeSet [Ord];
}

/// A type of the values of a list column, by its elements: what [`append`](crate::Update::append) and
/// [`remove`](crate::Update::remove) take.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list",
    label = "`append` and `remove` need a field that holds a list",
    note = "a list is held by a `Vec`, `HashSet` or `BTreeSet`, and related pages also by a `Relation<…>`"
)]
pub trait ListValue {
    /// What it is a list of.
    type Element;

    /// The list of these.
    fn of(elements: impl IntoIterator<Item: Into<Self::Element>>) -> Self;
}

macro_rules! list_values {
    ($([$($generics:tt)*] $list:ty => $element:ty;)*) => {$(
        impl<$($generics)*> ListValue for $list {
            type Element = $element;

            fn of(elements: impl IntoIterator<Item: Into<$element>>) -> Self {
                elements.into_iter().map(Into::into).collect()
            }
        }
    )*};
}

list_values! {
    [T] Vec<T> => T;
    [T: Hash + Eq] HashSet<T> => T;
    [T: Ord] BTreeSet<T> => T;
    [T] Relation<T> => Related<T>;
}

impl<V: ListValue> ListValue for Option<V> {
    type Element = V::Element;

    fn of(elements: impl IntoIterator<Item: Into<V::Element>>) -> Self {
        Some(V::of(elements))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value<V>(value: impl IntoValue<V>) -> V {
        value.into_value()
    }

    #[test]
    fn a_column_is_set_to_what_is_plainly_meant() {
        let ada: UserId = uuid::Uuid::from_u128(1).into();
        let bob: UserId = uuid::Uuid::from_u128(2).into();
        let people = vec![UserRef::new(ada), UserRef::new(bob)];
        let owner: Vec<UserRef> = value(ada);
        assert_eq!(owner, people[..1]);
        let owners: [Vec<UserRef>; 5] = [
            value([ada, bob]),
            value(vec![ada, bob]),
            value([ada, bob].as_slice()),
            value(people.as_slice()),
            value(people.clone()),
        ];
        assert!(owners.iter().all(|owners| *owners == people));
        let tags: [Vec<String>; 3] = [
            value(["a", "b"]),
            value(vec!["a", "b"]),
            value(["a", "b"].as_slice()),
        ];
        assert!(tags.iter().all(|tags| *tags == ["a", "b"]));
        let some: Option<Vec<String>> = value(["a"]);
        assert_eq!(some, Some(vec!["a".to_owned()]));
        let set: BTreeSet<i32> = value([2, 1]);
        assert!(set.iter().eq(&[1, 2]));
        let names: [BTreeSet<String>; 3] = [
            value(["b", "a"]),
            value(vec!["b", "a"]),
            value(["b", "a"].as_slice()),
        ];
        assert!(names.iter().all(|names| names.iter().eq(["a", "b"])));
        let some: Option<HashSet<String>> = value(["a"]);
        assert_eq!(some, Some(["a".to_owned()].into()));
        let url: Url = "https://example.com".parse().unwrap();
        let link: Option<Url> = value(&url);
        let text: Option<String> = value(&url);
        assert_eq!((link, text.as_deref()), (Some(url), Some("https://example.com/")));
        let text: Option<RichText> = value("a");
        assert_eq!(text, Some(RichText::new().text("a")));
        let bold: RichText = value(Span::text("a").bold());
        assert_eq!(bold.to_markdown(), "**a**");
        let points: Option<f64> = value(8);
        assert_eq!(points, Some(8.0));
    }
}
