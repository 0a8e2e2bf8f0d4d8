//! Records by id, with a memory of what changed.
//!
//! Whoever keeps the workspace on disk or tells others of changes asks a table what happened since it was last asked. So no
//! operation has to announce what it does, and none can forget to.

use std::collections::HashMap;

use uuid::Uuid;

/// Records of one kind by their ids.
#[derive(Debug, Clone)]
pub(crate) struct Table<T> {
    records: HashMap<Uuid, T>,
    /// What changed, and how it was before; `None` where there was nothing.
    changed: HashMap<Uuid, Option<T>>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            records: HashMap::new(),
            changed: HashMap::new(),
        }
    }
}

impl<T: Clone> Table<T> {
    /// The record with this id.
    pub(crate) fn get(&self, id: &Uuid) -> Option<&T> {
        self.records.get(id)
    }

    /// The record with this id, to change it.
    pub(crate) fn get_mut(&mut self, id: &Uuid) -> Option<&mut T> {
        let record = self.records.get_mut(id)?;
        self.changed.entry(*id).or_insert_with(|| Some(record.clone()));
        Some(record)
    }

    /// Whether there is a record with this id.
    pub(crate) fn contains_key(&self, id: &Uuid) -> bool {
        self.records.contains_key(id)
    }

    /// Adds a record, or puts it in place of the one with this id, which is returned.
    pub(crate) fn insert(&mut self, id: Uuid, record: T) -> Option<T> {
        let before = self.records.insert(id, record);
        self.changed.entry(id).or_insert_with(|| before.clone());
        before
    }

    /// Takes a record out.
    pub(crate) fn remove(&mut self, id: &Uuid) -> Option<T> {
        let before = self.records.remove(id)?;
        self.changed.entry(*id).or_insert_with(|| Some(before.clone()));
        Some(before)
    }

    /// All records, in no order.
    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.records.values()
    }

    /// All ids and records, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Uuid, &T)> {
        self.records.iter()
    }

    /// What changed since this was last asked: ids, and the records as they were then.
    pub(crate) fn take_changes(&mut self) -> Vec<(Uuid, Option<T>)> {
        self.changed.drain().collect()
    }
}

impl<T: Clone + Default> Table<T> {
    /// The record with this id, to change it; a new one where there is none.
    pub(crate) fn or_default(&mut self, id: Uuid) -> &mut T {
        let before = self.records.get(&id).cloned();
        self.changed.entry(id).or_insert(before);
        self.records.entry(id).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_state_since_the_last_question_is_what_was_before() {
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut table = Table::default();
        table.insert(a, 1);
        assert_eq!(table.take_changes(), [(a, None)]);
        *table.get_mut(&a).expect("a record") = 2;
        table.insert(a, 3);
        assert_eq!(table.take_changes(), [(a, Some(1))]);
        *table.or_default(b) += 1;
        assert_eq!(table.take_changes(), [(b, None)]);
        assert_eq!(table.take_changes(), []);
        assert_eq!(table.get(&a), Some(&3));
    }
}
