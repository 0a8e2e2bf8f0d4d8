//! The data file: an embedded database with a record per key, which outlives restarts and `kill -9`.
//!
//! A change is answered only when it is on disk. Each write holds what changed since the last one, in one transaction, and
//! requests that come in together share it. What the file holds is put together as a seed document when it is opened, so there
//! is one way of reading a workspace.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use redb::{Database, DatabaseError, ReadableDatabase as _, ReadableTable as _, TableDefinition};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::core::Core;
use crate::engine::change::{Changed, Changes};
use crate::engine::upload::Upload;
use crate::engine::workspace::Workspace;
use crate::error::Error;
use crate::seed::{self, Section};
use crate::state::State;

/// Records by workspace, list and id: `0/pages/38c9ce7b-…`.
const RECORDS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("records");
/// The bytes of uploads by their ids.
const CONTENTS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("contents");
/// What is there once: the frame of the seed document, and the order of the users of each workspace.
const SINGLES: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("singles");

/// Where the state is kept.
#[derive(Debug)]
pub(crate) struct DataFile {
    path: PathBuf,
    database: Database,
    /// The revision that is on disk.
    written: Mutex<u64>,
}

/// What the data file does not hold yet.
#[derive(Debug, Clone, Default)]
pub(crate) enum Unsaved {
    /// There is no data file.
    #[default]
    Untracked,
    /// The state was put in place of another one.
    Everything,
    Records(HashSet<(usize, Key)>),
}

/// What stands under one key of a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Record(Section, Uuid),
    /// The order of what a page or block contains.
    Children(Uuid),
    /// The order of the views of a database.
    Tabs(Uuid),
    /// Bytes of an upload.
    Content(Uuid),
}

impl Unsaved {
    /// Adds what changed in the workspace at a position.
    pub(crate) fn add(&mut self, at: usize, changes: &Changes) {
        let Self::Records(records) = self else { return };
        fn keys<T>(section: Section, changed: &Changed<T>) -> impl Iterator<Item = Key> {
            changed.iter().map(move |(id, _)| Key::Record(section, *id))
        }
        let changed = keys(Section::Users, &changes.users)
            .chain(keys(Section::Pages, &changes.pages))
            .chain(keys(Section::Databases, &changes.databases))
            .chain(keys(Section::DataSources, &changes.data_sources))
            .chain(keys(Section::Blocks, &changes.blocks))
            .chain(keys(Section::Views, &changes.views))
            .chain(keys(Section::Comments, &changes.comments))
            .chain(keys(Section::FileUploads, &changes.uploads))
            .chain(keys(Section::CustomEmojis, &changes.emojis))
            .chain(changes.children.iter().map(|(id, _)| Key::Children(*id)))
            .chain(changes.tabs.iter().map(|(id, _)| Key::Tabs(*id)))
            .chain(changes.contents.iter().map(|(id, _)| Key::Content(*id)));
        records.extend(changed.map(|key| (at, key)));
    }

    /// Puts back what could not be written.
    fn restore(&mut self, unwritten: Self) {
        match (&mut *self, unwritten) {
            (Self::Records(records), Self::Records(unwritten)) => records.extend(unwritten),
            (_, unwritten) => *self = unwritten,
        }
    }
}

/// What belongs under a key.
struct Entry {
    key: String,
    /// `None` where there is nothing any more.
    value: Option<Vec<u8>>,
    /// Whether it is bytes of an upload.
    is_content: bool,
}

/// One write: what is to be stored, and what is to be removed.
struct Batch {
    revision: u64,
    unsaved: Unsaved,
    entries: Vec<Entry>,
    singles: [(&'static str, Vec<u8>); 2],
}

impl Batch {
    /// Everything that is not saved yet.
    fn take(state: &mut State) -> Self {
        let unsaved = std::mem::replace(&mut state.unsaved, Unsaved::Records(HashSet::new()));
        let keys: Vec<(usize, Key)> = match &unsaved {
            Unsaved::Records(records) => records.iter().copied().collect(),
            Unsaved::Untracked | Unsaved::Everything => {
                let spaces = state.spaces.iter().enumerate();
                spaces
                    .flat_map(|(at, space)| Key::all(space).into_iter().map(move |key| (at, key)))
                    .collect()
            }
        };
        let orders = state.spaces.iter().map(|space| &space.user_order);
        Self {
            revision: state.revision,
            entries: keys
                .iter()
                .map(|(at, key)| key.read(*at, state.space(*at)))
                .collect(),
            singles: [
                ("frame", bytes(&Value::Object(seed::frame(state, true)))),
                ("users_in_order", bytes(&json!(orders.collect::<Vec<_>>()))),
            ],
            unsaved,
        }
    }
}

impl Key {
    /// All keys of a workspace.
    fn all(workspace: &Workspace) -> Vec<Self> {
        let records = Section::ALL.into_iter().flat_map(|section| {
            let ids = section.ids(workspace).into_iter();
            ids.map(move |id| Self::Record(section, id))
        });
        let children = workspace.children.iter().map(|(id, _)| Self::Children(*id));
        let tabs = workspace.tabs.iter().map(|(id, _)| Self::Tabs(*id));
        let contents = workspace.contents.iter().map(|(id, _)| Self::Content(*id));
        records.chain(children).chain(tabs).chain(contents).collect()
    }

    /// What belongs under the key now. `at` is the position of the workspace.
    fn read(self, at: usize, workspace: &Workspace) -> Entry {
        let (key, value) = match self {
            Self::Content(id) => {
                return Entry {
                    key: id.to_string(),
                    value: workspace.contents.get(&id).map(|bytes| bytes.to_vec()),
                    is_content: true,
                };
            }
            Self::Record(section, id) => {
                let record = match section {
                    Section::FileUploads => workspace.uploads.get(&id).map(Upload::to_record),
                    _ => section.record(workspace, id),
                };
                let page = workspace.pages.get(&id).map(|page| page.edited);
                let edited = page.or_else(|| workspace.data_sources.get(&id).map(|source| source.edited));
                let place = section.place(workspace, id);
                (
                    format!("{at}/{}/{id}", section.name()),
                    record.map(|record| json!({"place": place, "edited": edited, "record": record})),
                )
            }
            Self::Children(id) => (
                format!("{at}/order/{id}"),
                workspace.children.get(&id).map(|children| json!(children)),
            ),
            Self::Tabs(id) => (
                format!("{at}/order/{id}"),
                workspace.tabs.get(&id).map(|tabs| json!(tabs)),
            ),
        };
        Entry {
            key,
            value: value.as_ref().map(bytes),
            is_content: false,
        }
    }
}

fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

impl DataFile {
    /// Opens a data file, and reads the state in it if there is one.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, is in use, or is not a data file.
    pub(crate) fn open(path: &Path, now: Timestamp) -> Result<(Self, Option<State>), Error> {
        let database = Database::create(path).map_err(|error| match error {
            DatabaseError::DatabaseAlreadyOpen => Error::unusable(
                &format!("data file {}", path.display()),
                "another program has it open; stop that program, or choose another file.",
            ),
            DatabaseError::Storage(problem) if is_damage(&problem) => Error::unusable(
                &format!("data file {}", path.display()),
                &format!("it is damaged ({problem}). Take a copy that is whole, or another file."),
            ),
            DatabaseError::Storage(redb::StorageError::Io(error))
                if error.kind() != std::io::ErrorKind::InvalidData =>
            {
                Error::unwritable(path, error)
            }
            other => Error::unusable(
                &format!("data file {}", path.display()),
                &format!("it was not written by this program ({other}). Choose another file; a seed document goes to --seed."),
            ),
        })?;
        let file = Self {
            path: path.to_owned(),
            database,
            written: Mutex::new(0),
        };
        let document = file
            .document()
            .map_err(|error| Error::unreadable("data file", path, std::io::Error::other(error)))?;
        let read = |document: Value| seed::read_document(&document, now);
        let state = document
            .map(read)
            .transpose()
            .map_err(|problem| Error::unusable(&format!("data file {}", path.display()), &problem))?;
        Ok((file, state))
    }

    /// Writes the state of the very beginning, which also shows that the file can be written.
    pub(crate) fn create(&self, state: &mut State) -> Result<(), Error> {
        state.unsaved = Unsaved::Everything;
        self.write(&Batch::take(state))
            .map_err(|error| Error::unwritable(&self.path, std::io::Error::other(error)))
    }

    /// Makes sure that the file holds what `core` holds now. Blocks for as long as the disk takes.
    ///
    /// # Errors
    ///
    /// Whatever the file system says.
    pub(crate) fn save(&self, core: &Core) -> std::io::Result<()> {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let batch = {
            let mut state = core.state();
            if *written >= state.revision {
                return Ok(());
            }
            Batch::take(&mut state)
        };
        if let Err(error) = self.write(&batch) {
            core.state().unsaved.restore(batch.unsaved);
            return Err(std::io::Error::other(error));
        }
        *written = batch.revision;
        Ok(())
    }

    fn write(&self, batch: &Batch) -> Result<(), redb::Error> {
        let transaction = self.database.begin_write()?;
        if matches!(batch.unsaved, Unsaved::Everything) {
            transaction.delete_table(RECORDS)?;
            transaction.delete_table(CONTENTS)?;
        }
        {
            // Opened even where nothing goes in, so that whoever reads finds all tables.
            let mut records = transaction.open_table(RECORDS)?;
            let mut contents = transaction.open_table(CONTENTS)?;
            for entry in &batch.entries {
                let table = if entry.is_content {
                    &mut contents
                } else {
                    &mut records
                };
                match &entry.value {
                    Some(value) => table.insert(entry.key.as_str(), value.as_slice())?,
                    None => table.remove(entry.key.as_str())?,
                };
            }
            let mut singles = transaction.open_table(SINGLES)?;
            for (key, value) in &batch.singles {
                singles.insert(*key, value.as_slice())?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// What the file holds, as a seed document; `None` for a new file.
    fn document(&self) -> Result<Option<Value>, redb::Error> {
        let transaction = self.database.begin_read()?;
        let records = match transaction.open_table(RECORDS) {
            Ok(records) => records,
            Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let contents = transaction.open_table(CONTENTS)?;
        let singles = transaction.open_table(SINGLES)?;
        let content = |id: &str| {
            contents
                .get(id)
                .ok()
                .flatten()
                .map(|bytes| bytes.value().to_vec())
        };
        let mut spaces: BTreeMap<usize, Assembly> = BTreeMap::new();
        for entry in records.iter()? {
            let (key, value) = entry?;
            if let Some((at, key)) = key.value().split_once('/')
                && let Ok(at) = at.parse()
            {
                spaces
                    .entry(at)
                    .or_default()
                    .add(key, parse(value.value()), content);
            }
        }
        let single = |key: &str| -> Result<Value, redb::Error> {
            Ok(singles
                .get(key)?
                .map_or(Value::Null, |value| parse(value.value())))
        };
        let mut document = single("frame")?;
        let users = single("users_in_order")?;
        for (at, space) in spaces {
            let part = match at.checked_sub(1) {
                None => Some(&mut document),
                Some(at) => document
                    .get_mut("workspaces")
                    .and_then(|others| others.get_mut(at)),
            };
            if let Some(Value::Object(part)) = part {
                space.finish(part, users.get(at).cloned());
            }
        }
        Ok(Some(document))
    }
}

/// Whether a file was once written by this program, but is not whole any more.
fn is_damage(problem: &redb::StorageError) -> bool {
    match problem {
        redb::StorageError::Corrupted(_) => true,
        redb::StorageError::Io(error) => error.kind() == std::io::ErrorKind::UnexpectedEof,
        _ => false,
    }
}

fn parse(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or(Value::Null)
}

/// The records of a workspace while a seed document is put together from a data file.
#[derive(Default)]
struct Assembly {
    lists: BTreeMap<String, Vec<(u64, Value)>>,
    order: Map<String, Value>,
    /// Rows by their data source, with what tells which one is newer.
    rows: HashMap<String, Vec<(u64, String)>>,
    edits: Vec<(u64, String)>,
    uploads: Vec<(u64, String)>,
}

impl Assembly {
    fn add(&mut self, key: &str, mut value: Value, content: impl Fn(&str) -> Option<Vec<u8>>) {
        let Some((list, id)) = key.split_once('/') else {
            return;
        };
        if list == "order" {
            self.order.insert(id.to_owned(), value);
            return;
        }
        let number = |value: &Value, key: &str| value.get(key).and_then(Value::as_u64);
        if let Some(edited) = number(&value, "edited") {
            self.edits.push((edited, id.to_owned()));
        }
        let mut record = value.get_mut("record").map(Value::take).unwrap_or_default();
        let place = number(&value, "place").unwrap_or_default();
        if list == Section::FileUploads.name() {
            Upload::embed(&mut record, content);
            self.uploads.push((place, id.to_owned()));
        }
        let source = record
            .get("parent")
            .and_then(|parent| parent.get("data_source_id"));
        if let Some(source) = source
            .and_then(Value::as_str)
            .filter(|_| list == Section::Pages.name())
        {
            let rows = self.rows.entry(source.to_owned()).or_default();
            rows.push((place, id.to_owned()));
        }
        let records = self.lists.entry(list.to_owned()).or_default();
        records.push((place, record));
    }

    /// Puts the lists and their order into the part of the document that is about the workspace.
    fn finish(mut self, part: &mut Map<String, Value>, users: Option<Value>) {
        let newest_first = |mut list: Vec<(u64, String)>| -> Value {
            list.sort_unstable_by(|a, b| b.cmp(a));
            list.into_iter().map(|(_, id)| id).collect()
        };
        for (source, rows) in self.rows {
            self.order.insert(source, newest_first(rows));
        }
        self.order.insert("search".into(), newest_first(self.edits));
        self.order
            .insert("file_uploads".into(), newest_first(self.uploads));
        self.order.extend(users.map(|users| ("users".to_owned(), users)));
        for (list, mut records) in self.lists {
            records.sort_by_key(|(place, _)| *place);
            part.insert(list, records.into_iter().map(|(_, record)| record).collect());
        }
        part.insert("order".into(), Value::Object(self.order));
    }
}
