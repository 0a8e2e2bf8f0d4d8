//! The rows that are measured: for each set of columns the struct that derives, the one written by hand, and the one that
//! users of `notionrs` write.

use jiff::Timestamp;
use notion_core::prelude::*;
use notion_core::{FileRef, Formula, Rollup, UniqueId};
use notionrs_types::prelude as nrs;
use serde::{Deserialize, Serialize};

use crate::facts::{Said, ToFacts};
use crate::hand;

/// The type that a derived row holds a column of that kind in.
macro_rules! derived {
    (title) => { String };
    (rich_text) => { String };
    (number) => { Option<f64> };
    (select) => { Option<String> };
    (multi_select) => { Vec<String> };
    (status) => { Option<String> };
    (date) => { Option<DateOrRange> };
    (people) => { Vec<UserRef> };
    (files) => { Vec<FileRef> };
    (checkbox) => { bool };
    (url) => { Option<String> };
    (email) => { Option<String> };
    (phone_number) => { Option<String> };
    (relation) => { Vec<PageId> };
    (formula_string) => { Formula<String> };
    (formula_number) => { Formula<Option<f64>> };
    (rollup_number) => { Rollup<Option<f64>> };
    (created_time) => { Timestamp };
    (created_by) => { UserRef };
    (last_edited_time) => { Timestamp };
    (last_edited_by) => { UserRef };
    (unique_id) => { Option<UniqueId> };
}

/// The type that users of `notionrs` hold it in.
macro_rules! notionrs {
    (title) => {
        nrs::PageTitleProperty
    };
    (rich_text) => {
        nrs::PageRichTextProperty
    };
    (number) => {
        nrs::PageNumberProperty
    };
    (select) => {
        nrs::PageSelectProperty
    };
    (multi_select) => {
        nrs::PageMultiSelectProperty
    };
    (status) => {
        nrs::PageStatusProperty
    };
    (date) => {
        nrs::PageDateProperty
    };
    (people) => {
        nrs::PagePeopleProperty
    };
    (files) => {
        nrs::PageFilesProperty
    };
    (checkbox) => {
        nrs::PageCheckboxProperty
    };
    (url) => {
        nrs::PageUrlProperty
    };
    (email) => {
        nrs::PageEmailProperty
    };
    (phone_number) => {
        nrs::PagePhoneNumberProperty
    };
    (relation) => {
        nrs::PageRelationProperty
    };
    (formula_string) => {
        nrs::PageFormulaProperty
    };
    (formula_number) => {
        nrs::PageFormulaProperty
    };
    (rollup_number) => {
        nrs::PageRollupProperty
    };
    (created_time) => {
        nrs::PageCreatedTimeProperty
    };
    (created_by) => {
        nrs::PageCreatedByProperty
    };
    (last_edited_time) => {
        nrs::PageLastEditedTimeProperty
    };
    (last_edited_by) => {
        nrs::PageLastEditedByProperty
    };
    (unique_id) => {
        nrs::PageUniqueIdProperty
    };
}

/// `field "Column" kind as what`: the kind as the API names it, and which of its shapes the values have.
macro_rules! rows {
    ($($(#[$doc:meta])* $module:ident { $($field:ident $name:literal $kind:ident as $what:ident;)* })*) => {$(
        $(#[$doc])*
        pub(crate) mod $module {
            use super::*;

            pub(crate) const COLUMNS: &[(&str, &str)] = &[$((stringify!($what), $name)),*];

            #[derive(NotionRow)]
            pub(crate) struct Derived {
                $(#[notion($kind, name = $name)] pub(crate) $field: derived!($what),)*
            }

            #[derive(Serialize, Deserialize)]
            pub(crate) struct ByHand {
                $(#[serde(rename = $name)] pub(crate) $field: hand::$what,)*
            }

            #[derive(Debug, Clone, Serialize, Deserialize)]
            pub(crate) struct Notionrs {
                $(#[serde(rename = $name)] $field: notionrs!($what),)*
            }

            impl ToFacts for Derived {
                fn facts(&self) -> Vec<String> {
                    vec![$(self.$field.said()),*]
                }
            }
        }
    )*};
}

rows! {
    /// One column of each common kind.
    twelve {
    task "Task" title as title;
    notes "Notes" rich_text as rich_text;
    points "Points" number as number;
    priority "Priority" select as select;
    tags "Tags" multi_select as multi_select;
    status "Status" status as status;
    due "Due" date as date;
    done "Done" checkbox as checkbox;
    link "Link" url as url;
    contact "Contact" email as email;
    related "Related" relation as relation;
    owners "Owners" people as people;
    }

    /// A database as it is after some years, all of whose columns are written.
    forty {
    task "Task" title as title;
    text1 "Text 1" rich_text as rich_text;
    text2 "Text 2" rich_text as rich_text;
    text3 "Text 3" rich_text as rich_text;
    text4 "Text 4" rich_text as rich_text;
    text5 "Text 5" rich_text as rich_text;
    number1 "Number 1" number as number;
    number2 "Number 2" number as number;
    number3 "Number 3" number as number;
    number4 "Number 4" number as number;
    number5 "Number 5" number as number;
    select1 "Select 1" select as select;
    select2 "Select 2" select as select;
    select3 "Select 3" select as select;
    tags1 "Tags 1" multi_select as multi_select;
    tags2 "Tags 2" multi_select as multi_select;
    tags3 "Tags 3" multi_select as multi_select;
    status1 "Status 1" status as status;
    status2 "Status 2" status as status;
    status3 "Status 3" status as status;
    date1 "Date 1" date as date;
    date2 "Date 2" date as date;
    date3 "Date 3" date as date;
    date4 "Date 4" date as date;
    people1 "People 1" people as people;
    people2 "People 2" people as people;
    files1 "Files 1" files as files;
    files2 "Files 2" files as files;
    done1 "Done 1" checkbox as checkbox;
    done2 "Done 2" checkbox as checkbox;
    done3 "Done 3" checkbox as checkbox;
    done4 "Done 4" checkbox as checkbox;
    link1 "Link 1" url as url;
    link2 "Link 2" url as url;
    mail "Mail" email as email;
    phone "Phone" phone_number as phone_number;
    relation1 "Relation 1" relation as relation;
    relation2 "Relation 2" relation as relation;
    relation3 "Relation 3" relation as relation;
    relation4 "Relation 4" relation as relation;
    }

    /// All but one column of a database with nearly every kind.
    wide {
    task "Task" title as title;
    notes "Notes" rich_text as rich_text;
    summary "Summary" rich_text as rich_text;
    points "Points" number as number;
    cost "Cost" number as number;
    priority "Priority" select as select;
    tags "Tags" multi_select as multi_select;
    status "Status" status as status;
    due "Due" date as date;
    seen "Seen" date as date;
    owners "Owners" people as people;
    files "Files" files as files;
    done "Done" checkbox as checkbox;
    paid "Paid" checkbox as checkbox;
    link "Link" url as url;
    contact "Contact" email as email;
    phone "Phone" phone_number as phone_number;
    related "Related" relation as relation;
    label "Label" formula as formula_string;
    total "Total" formula as formula_number;
    sum "Sum" rollup as rollup_number;
    made "Made" created_time as created_time;
    maker "Maker" created_by as created_by;
    edited "Edited" last_edited_time as last_edited_time;
    editor "Editor" last_edited_by as last_edited_by;
    number "ID" unique_id as unique_id;
    }

    /// Six of its columns: a projection.
    six {
    task "Task" title as title;
    status "Status" status as status;
    points "Points" number as number;
    due "Due" date as date;
    tags "Tags" multi_select as multi_select;
    done "Done" checkbox as checkbox;
    }

    /// The title alone.
    one {
    task "Task" title as title;
    }
}

/// The column that `wide` leaves out, of a kind that one of the rivals does not know.
pub(crate) const PLACE: (&str, &str) = ("place", "Where");
