//! Rows that are changed one step after the other are what a plain model of them is.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::civil;
use notion_core::prelude::*;
use notion_core::{PageId, Place, UserId};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::rows::{Stage, Target};
use crate::values::{self, Known};
use crate::world::World;

#[derive(Debug, Clone, PartialEq, NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    note: RichText,
    points: Option<f64>,
    done: bool,
    #[notion(select)]
    size: Option<String>,
    #[notion(status)]
    stage: Option<Stage>,
    day: Option<civil::Date>,
    #[notion(url)]
    link: Option<url::Url>,
    place: Option<Place>,
    tags: Vec<String>,
    labels: BTreeSet<String>,
    owners: Vec<UserRef>,
    blocks: Relation<Target>,
    files: Vec<FileRef>,
}

impl Task {
    fn blank() -> Self {
        Self {
            name: String::new(),
            note: RichText::new(),
            points: None,
            done: false,
            size: None,
            stage: Some(Stage::Todo),
            day: None,
            link: None,
            place: None,
            tags: Vec::new(),
            labels: BTreeSet::new(),
            owners: Vec::new(),
            blocks: Relation::new(),
            files: Vec::new(),
        }
    }

    /// The same with users by their ids alone, as they are written.
    fn plain(mut self) -> Self {
        self.owners = self
            .owners
            .into_iter()
            .map(|owner| UserRef::new(owner.id))
            .collect();
        self
    }
}

/// One change of one column. `None` clears it.
#[derive(Debug, Clone)]
enum Step {
    Name(Option<String>),
    Note(Option<String>),
    Points(Option<f64>),
    Done(bool),
    Size(Option<String>),
    Stage(Option<Stage>),
    Day(Option<civil::Date>),
    Link(Option<url::Url>),
    Place(Option<Place>),
    Tags(Change<String>),
    Labels(Change<String>),
    Owners(Change<Uuid>),
    Blocks(Change<PageId>),
    Files(Change<FileRef>),
}

#[derive(Debug, Clone)]
enum Change<T> {
    Set(Vec<T>),
    Clear,
    /// What is appended and taken out in turns.
    Edit(Vec<(bool, Vec<T>)>),
}

impl<T: PartialEq + Clone> Change<T> {
    fn apply(&self, list: &mut Vec<T>) {
        match self {
            Self::Set(new) => {
                list.clear();
                append(list, new);
            }
            Self::Clear => list.clear(),
            Self::Edit(turns) => {
                for (is_more, elements) in turns {
                    if *is_more {
                        append(list, elements);
                    } else {
                        list.retain(|one| !elements.contains(one));
                    }
                }
            }
        }
    }
}

/// What is there already is not there twice.
fn append<T: PartialEq + Clone>(list: &mut Vec<T>, elements: &[T]) {
    for element in elements {
        if !list.contains(element) {
            list.push(element.clone());
        }
    }
}

/// The change of a list as a part of an update.
macro_rules! change {
    ($update:expr, $column:expr, $change:expr) => {
        match $change {
            Change::Set(new) => $update.set($column, new),
            Change::Clear => $update.clear($column),
            Change::Edit(turns) => turns.into_iter().fold($update, |update, (is_more, elements)| {
                if is_more {
                    update.append($column, elements)
                } else {
                    update.remove($column, elements)
                }
            }),
        }
    };
}

/// The change of a value that can be cleared.
macro_rules! set {
    ($update:expr, $column:expr, $value:expr) => {
        match $value {
            Some(value) => $update.set($column, value),
            None => $update.clear($column),
        }
    };
}

impl Step {
    fn send(self, update: Update) -> Update {
        match self {
            Self::Name(name) => set!(update, Task::NAME, name),
            Self::Note(note) => set!(update, Task::NOTE, note),
            Self::Points(points) => set!(update, Task::POINTS, points),
            Self::Done(done) => update.set(Task::DONE, done),
            Self::Size(size) => set!(update, Task::SIZE, size),
            Self::Stage(stage) => set!(update, Task::STAGE, stage),
            Self::Day(day) => set!(update, Task::DAY, day),
            Self::Link(link) => set!(update, Task::LINK, link.as_ref()),
            Self::Place(place) => set!(update, Task::PLACE, place),
            Self::Tags(change) => change!(update, Task::TAGS, change),
            Self::Labels(change) => change!(update, Task::LABELS, change),
            Self::Owners(change) => change!(update, Task::OWNERS, change.map(UserId::from)),
            Self::Blocks(change) => change!(update, Task::BLOCKS, change),
            Self::Files(change) => change!(update, Task::FILES, change),
        }
    }

    fn apply(self, task: &mut Task) {
        match self {
            Self::Name(name) => task.name = name.unwrap_or_default(),
            Self::Note(note) => task.note = note.map(RichText::from).unwrap_or_default(),
            Self::Points(points) => task.points = points,
            Self::Done(done) => task.done = done,
            Self::Size(size) => task.size = size,
            Self::Stage(stage) => task.stage = stage.or(Some(Stage::Todo)),
            Self::Day(day) => task.day = day,
            Self::Link(link) => task.link = link,
            Self::Place(place) => task.place = place,
            Self::Tags(change) => change.apply(&mut task.tags),
            Self::Labels(change) => {
                let mut labels = Vec::from_iter(task.labels.clone());
                change.apply(&mut labels);
                task.labels = labels.into_iter().collect();
            }
            Self::Owners(change) => {
                let mut owners = Vec::from_iter(task.owners.iter().map(|owner| owner.id.into()));
                change.apply(&mut owners);
                task.owners = owners
                    .into_iter()
                    .map(|id: Uuid| UserRef::new(id.into()))
                    .collect();
            }
            Self::Blocks(change) => {
                let mut blocks = task.blocks.to_vec();
                change.apply(&mut blocks);
                task.blocks = blocks.into();
            }
            // A list of files is written as it is, and may have one twice.
            Self::Files(Change::Set(files)) => task.files = files,
            Self::Files(change) => change.apply(&mut task.files),
        }
    }

    /// What tells its column from others.
    fn column(&self) -> std::mem::Discriminant<Self> {
        std::mem::discriminant(self)
    }
}

type Update = notion_core::Update<Task>;

impl<T> Change<T> {
    fn map<U>(self, each: impl Fn(T) -> U + Copy) -> Change<U> {
        let all = |list: Vec<T>| list.into_iter().map(each).collect();
        match self {
            Self::Set(list) => Change::Set(all(list)),
            Self::Clear => Change::Clear,
            Self::Edit(turns) => Change::Edit(
                turns
                    .into_iter()
                    .map(|(is_more, list)| (is_more, all(list)))
                    .collect(),
            ),
        }
    }
}

fn step(known: &Known) -> impl Strategy<Value = Step> + use<> {
    let text = || option::of("[a-c😀 ]{1,5}");
    let name = || select(&["a", "b", "c", "d", "e"][..]).prop_map(str::to_owned);
    let file = (
        select(&["a", "b"][..]),
        select(&["https://x.example/?1", "https://x.example/?2"][..]),
    );
    let file = file.prop_map(|(name, url)| FileRef::external(name, url));
    let place = (-90.0..90.0, -180.0..180.0).prop_map(|(lat, lon)| Place::new(lat, lon));
    prop_oneof![
        text().prop_map(Step::Name),
        text().prop_map(Step::Note),
        option::of(-1e9..1e9).prop_map(Step::Points),
        any::<bool>().prop_map(Step::Done),
        option::of(name()).prop_map(Step::Size),
        option::of(select(vec![Stage::Todo, Stage::Doing, Stage::Done])).prop_map(Step::Stage),
        option::of(values::any_day().prop_filter("before the calendar", |day| day.year() >= 0))
            .prop_map(Step::Day),
        option::of("https://x\\.example/[a-z]{0,3}")
            .prop_map(|link| Step::Link(link.map(|link| link.parse().expect("a URL")))),
        option::of(place).prop_map(Step::Place),
        change(name()).prop_map(Step::Tags),
        change(name()).prop_map(Step::Labels),
        change(select(known.users[..8].to_vec())).prop_map(Step::Owners),
        change(select(known.pages[..30].to_vec()).prop_map(PageId::from)).prop_map(Step::Blocks),
        change(file).prop_map(Step::Files),
    ]
}

fn change<T: std::fmt::Debug + Clone + 'static>(
    one: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Change<T>> {
    let list = vec(one, 0..6).boxed();
    prop_oneof![
        2 => list.clone().prop_map(Change::Set),
        1 => Just(Change::Clear),
        5 => vec((any::<bool>(), list), 1..4).prop_map(Change::Edit),
    ]
}

#[test]
fn a_changed_row_is_what_a_model_of_it_is() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let tasks: Table<Task> = runtime.block_on(world.table());
    let updates = vec(vec(step(&world.known), 0..6), 1..12);
    let (updates_sent, changes_sent) = (AtomicUsize::new(0), AtomicUsize::new(0));
    crate::runner(40)
        .run(&updates, |updates| {
            runtime.block_on(async {
                let mut model = Task::blank();
                let row = tasks.insert(&model).await.unwrap();
                for steps in updates {
                    let mut columns = Vec::new();
                    let mut update = tasks.update(&row);
                    for step in steps {
                        // A column is changed once in an update.
                        if !columns.contains(&step.column()) {
                            columns.push(step.column());
                            step.clone().apply(&mut model);
                            update = step.send(update);
                        }
                    }
                    updates_sent.fetch_add(1, Ordering::Relaxed);
                    changes_sent.fetch_add(columns.len(), Ordering::Relaxed);
                    let changed = update
                        .await
                        .map_err(|error| TestCaseError::fail(error.to_string()))?;
                    prop_assert_eq!(&changed.into_inner().plain(), &model);
                }
                let stored = tasks.get(row.id()).await.unwrap();
                prop_assert_eq!(&stored.into_inner().plain(), &model);
                Ok(())
            })
        })
        .unwrap();
    println!(
        "{} changes of columns in {} updates",
        changes_sent.into_inner(),
        updates_sent.into_inner()
    );
}
