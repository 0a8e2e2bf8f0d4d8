//! What the code of rows looks like.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::hygiene;

#[expect(
    clippy::needless_pass_by_value,
    reason = "an input is written where it is expanded"
)]
fn expanded(input: TokenStream) -> String {
    let tokens = super::derive(&syn::parse2(input.clone()).unwrap());
    let file = syn::parse2(tokens).unwrap();
    hygiene::check(&file, &input);
    prettyplease::unparse(&file)
}

#[test]
fn a_row() {
    insta::assert_snapshot!(expanded(quote! {
        /// Team work items.
        ///
        /// Told to programmers only.
        pub struct Task {
            #[notion(title)]
            name: String,
            /// Until when.
            #[notion(name = "Due Date")]
            due: Option<DateOrRange>,
            #[notion(url, name = "Link", id = "a%3Ab")]
            r#type: Option<String>,
        }
    }));
}

#[test]
fn a_row_with_a_computed_column_and_generics() {
    insta::assert_snapshot!(expanded(quote! {
        #[notion(crate = "my::notion")]
        struct Noted<T: Bound> where T: Other {
            inner: T,
            #[notion(created_time)]
            created: Timestamp,
            total: Formula<f64>,
        }
    }));
}

#[test]
fn a_row_with_a_companion_and_a_key() {
    insta::assert_snapshot!(expanded(quote! {
        #[notion(rename_all = "Title Case", insert = NewTask, insert_derive(Debug, Clone))]
        pub(crate) struct Task {
            /// What to do.
            #[notion(title)]
            pub task_name: String,
            #[notion(key)]
            project: String,
            #[notion(key)]
            number: Option<u32>,
            #[notion(read_only)]
            votes: Option<u32>,
            created: UniqueId,
            #[notion(skip)]
            seen: bool,
        }
    }));
}

#[test]
fn a_row_that_is_drafted() {
    insta::assert_snapshot!(expanded(quote! {
        struct Host<T: Parent> {
            #[notion(title, parse, key)]
            address: IpAddr,
            #[notion(parse, default = "localhost")]
            gateway: Option<IpAddr>,
            #[notion(with = "minutes")]
            uptime: Duration,
            #[notion(default)]
            parent: Vec<Child<Self>>,
            #[notion(skip, default = "five")]
            retries: u8,
        }
    }));
}

#[test]
fn a_row_with_columns_of_others() {
    insta::assert_snapshot!(expanded(quote! {
        struct Customer {
            #[notion(flatten, key)]
            contact: Contact,
            #[notion(title)]
            name: String,
            #[notion(flatten, read_only)]
            audit: Audit,
        }
    }));
}

#[test]
fn a_row_checked_against_a_snapshot() {
    insta::assert_snapshot!(expanded(quote! {
        #[notion(schema = "tests/ui/notion/tasks.json")]
        struct Task {
            #[notion(title)]
            name: String,
            #[notion(name = "Due Date")]
            due: Option<DateOrRange>,
            #[notion(name = "Priority")]
            priority: Option<String>,
            #[notion(name = "Status")]
            state: Option<State>,
            #[notion(name = "Tags")]
            tags: HashSet<Tag>,
            #[notion(name = "Total")]
            total: Formula<f64>,
        }
    }));
}

#[test]
fn a_row_with_mistakes() {
    insta::assert_snapshot!(expanded(quote! {
        #[notion(insert = NewTask)]
        struct Task<T> {
            #[notion(titel)]
            name: String,
            #[notion(flatten)]
            part: Part,
            #[notion(skip)]
            note: T,
        }
    }));
}

#[test]
fn a_row_that_borrows() {
    insta::assert_snapshot!(expanded(quote! {
        struct Task<'a, T> where T: 'a {
            #[notion(title)]
            name: &'a str,
            other: T,
        }
    }));
}

#[test]
fn a_row_of_twelve_columns_expands_to_at_most_150_lines() {
    let fields = (0..12).map(|at| format_ident!("column_{at}"));
    let lines = expanded(quote!(struct Wide { #(#fields: Option<String>),* }))
        .lines()
        .count();
    assert!(lines <= 150, "{lines} lines");
}
