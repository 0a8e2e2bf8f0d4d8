//! A marker type per kind of property. They are the type parameter by which columns know their operators
//! and Rust types know which columns they can hold.

use notion_schema::Kind as SchemaKind;

/// A kind of property, as a type.
///
/// Implemented by the markers of this module, and by nothing else.
pub trait Kind: sealed::Sealed + 'static {
    /// The kind as a value.
    const KIND: SchemaKind;
    /// What an empty value of this kind is on the wire: `null`, or `[]` for kinds that hold lists.
    const EMPTY: &'static str = "null";
}

/// Kinds whose values a program can write.
#[diagnostic::on_unimplemented(
    message = "a Notion `{Self}` property is computed by Notion and cannot be written",
    label = "this column is read-only"
)]
pub trait Writable: Kind {}

/// Kinds whose values can be emptied.
#[diagnostic::on_unimplemented(
    message = "a Notion `{Self}` property cannot be cleared",
    label = "this column always has a value"
)]
pub trait Clearable: Writable {}

mod sealed {
    pub trait Sealed {}
}

macro_rules! kinds {
    ($($name:ident $(: $($marker:ident)+)? $(, $empty:literal)?;)*) => {$(
        #[doc = concat!("Marks a column of kind [`", stringify!($name), "`](notion_schema::Kind::", stringify!($name), ").")]
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl sealed::Sealed for $name {}

        impl Kind for $name {
            const KIND: SchemaKind = SchemaKind::$name;
            $(const EMPTY: &'static str = $empty;)?
        }

        $($(impl $marker for $name {})+)?
    )*};
}

kinds! {
    Title: Writable Clearable, "[]";
    RichText: Writable Clearable, "[]";
    Number: Writable Clearable;
    Select: Writable Clearable;
    MultiSelect: Writable Clearable, "[]";
    Status: Writable Clearable;
    Date: Writable Clearable;
    People: Writable Clearable, "[]";
    Checkbox: Writable;
    Url: Writable Clearable;
    Email: Writable Clearable;
    PhoneNumber: Writable Clearable;
    Relation: Writable Clearable, "[]";
    CreatedTime;
    LastEditedTime;
}
