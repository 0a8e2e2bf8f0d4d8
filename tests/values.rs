//! Values of every kind against the simulator: what is written is read back.

use std::collections::BTreeSet;

use notion_core::prelude::*;
use notion_core::{Mention, Place, Raw, Span, TextColor, UniqueId, UserId, UserKind};
use notion_tests::{create_database, simulator};
use serde_json::json;

#[derive(Debug, Clone, PartialEq, NotionRow)]
#[notion(insert = NewNote)]
struct Note {
    #[notion(title, name = "Name")]
    name: RichText,
    #[notion(name = "Text")]
    text: RichText,
    #[notion(name = "Tags")]
    tags: BTreeSet<String>,
    #[notion(name = "Link")]
    link: Option<url::Url>,
    #[notion(name = "Files")]
    files: Vec<FileRef>,
    #[notion(name = "People")]
    people: Vec<UserRef>,
    #[notion(name = "Where")]
    place: Option<Place>,
    #[notion(unique_id, name = "ID")]
    id: Option<UniqueId>,
    #[notion(created_by, name = "By")]
    author: UserRef,
    #[notion(last_edited_by, name = "Last by")]
    editor: UserId,
    #[notion(read_only, name = "Points")]
    points: Raw,
}

#[tokio::test]
async fn values_are_read_back_as_they_were_written() {
    let (sim, notion) = simulator().await;
    let columns = json!({
        "Name": {"title": {}}, "Text": {"rich_text": {}}, "Tags": {"multi_select": {}}, "Link": {"url": {}},
        "Files": {"files": {}}, "People": {"people": {}}, "Where": {"place": {}}, "ID": {"unique_id": {"prefix": "NOTE"}},
        "By": {"created_by": {}}, "Last by": {"last_edited_by": {}}, "Points": {"number": {}},
    });
    let database = create_database(&sim, "Notes", columns).await;
    let notes = notion
        .table::<Note>(database["id"].as_str().unwrap())
        .await
        .unwrap();
    let me = notion.me().await.unwrap().id;
    let parent: PageId = sim.parent_page_id().to_string().parse().unwrap();
    let note = NewNote {
        name: RichText::from_markdown("**Ship** _it_"),
        text: RichText::from_markdown("`a` ~~b~~ <u>c</u> [d](https://example.com/) $e^2$<br>é")
            .span(Span::text("f").color(TextColor::GreenBackground))
            .mention_user(me)
            .mention_page(parent)
            .mention_date(jiff::civil::date(2026, 9, 15))
            .text("x".repeat(2_500)),
        tags: ["b", "a"].map(str::to_owned).into(),
        link: Some("https://example.com/a?b#c".parse().unwrap()),
        files: vec![FileRef::external("a.pdf", "https://example.com/a.pdf")],
        people: vec![UserRef::new(me)],
        place: Some(Place::new(52.52, 13.405).with_name("Office")),
    };
    let row = notes.insert(&note).await.unwrap();
    let stored = Note::clone(&row);
    assert_eq!(stored.name, note.name);
    assert_eq!((&stored.tags, &stored.link), (&note.tags, &note.link));
    assert_eq!((&stored.files, &stored.place), (&note.files, &note.place));
    assert_eq!(stored.people[0].id, me);
    assert!(matches!(stored.author.kind, UserKind::Bot { .. }));
    assert_eq!((stored.author.id, stored.editor), (me, me));
    assert_eq!(stored.id, Some("NOTE-1".parse().unwrap()));
    assert_eq!(
        (&*stored.points.type_name, stored.points.value()),
        ("number", "null")
    );

    // Of a mention Notion says more than was written.
    assert_eq!(stored.text.spans().len(), note.text.spans().len());
    for (read, written) in stored.text.spans().iter().zip(note.text.spans()) {
        use notion_core::SpanContent::Mention as Mentioned;
        match (&read.content, &written.content) {
            (Mentioned(Mention::User(read)), Mentioned(Mention::User(written))) => {
                assert_eq!(read.id, written.id);
            }
            (Mentioned(read), Mentioned(written)) => assert_eq!(read, written),
            _ => assert_eq!(read, written),
        }
    }

    // What was read can be written, and is the same again.
    let again = notes
        .update(&row)
        .set(Note::TEXT, stored.text.clone())
        .set(Note::FILES, stored.files.clone())
        .set(Note::PEOPLE, me)
        .set(Note::NAME, "plain")
        .clear(Note::PLACE)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (&again.text, &again.files, &again.people),
        (&stored.text, &stored.files, &stored.people)
    );
    assert_eq!((&again.name, &again.place), (&"plain".into(), &None));

    let found = notes
        .query()
        .filter(Note::ID.eq("NOTE-1") & Note::AUTHOR.contains(me))
        .all()
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    let error = notes
        .query()
        .filter(Note::ID.eq("TASK-1"))
        .all()
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("the ids in `ID` begin with `NOTE-`"),
        "{error}"
    );
}
