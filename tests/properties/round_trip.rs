//! What is written and read back is what Notion's rules make of it, whichever way it is read.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use notion_core::{ErrorKind, Table, Upserted};
use proptest::collection::vec;
use proptest::prelude::*;
use tokio::runtime::Runtime;

use crate::rows::{Dates, Lines, Numbers, Options, Random, References, Texts};
use crate::values::Known;
use crate::world::World;

#[test]
fn texts() {
    round_trip::<Texts>(12);
}

#[test]
fn lines() {
    round_trip::<Lines>(12);
}

#[test]
fn numbers() {
    round_trip::<Numbers>(12);
}

#[test]
fn options() {
    round_trip::<Options>(12);
}

#[test]
fn dates() {
    round_trip::<Dates>(12);
}

#[test]
fn references() {
    round_trip::<References>(12);
}

/// How often a column was kept, and how often refused.
type Counts = BTreeMap<&'static str, [usize; 2]>;

fn round_trip<T: Random>(batches: u32) {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let trip = Trip {
        table: runtime.block_on(world.table::<T>()),
        known: &world.known,
        rows: AtomicUsize::new(0),
        counts: Mutex::default(),
    };
    let batch = vec(T::any(&world.known), 1..40);
    crate::runner(batches)
        .run(&batch, |rows| runtime.block_on(trip.check(rows)))
        .unwrap();
    let counts = trip.counts.into_inner().unwrap();
    for column in T::COLUMNS.iter() {
        if let Some([kept, refused]) = counts.get(column.name) {
            let kind = column.kind.unwrap();
            println!("{kind} `{}`: {kept} values kept, {refused} refused", column.name);
        }
    }
}

struct Trip<'a, T> {
    table: Table<T>,
    known: &'a Known,
    rows: AtomicUsize,
    counts: Mutex<Counts>,
}

impl<T: Random> Trip<'_, T> {
    async fn check(&self, mut rows: Vec<T>) -> Result<(), TestCaseError> {
        for row in &mut rows {
            *row.key() = format!("row {}", self.rows.fetch_add(1, Ordering::Relaxed));
        }
        for row in &rows {
            for cell in row.cells(self.known) {
                let mut counts = self.counts.lock().unwrap();
                counts.entry(cell.name).or_default()[usize::from(cell.kept.is_none())] += 1;
            }
        }
        let mut stored = Vec::new();
        for (row, inserted) in rows.iter().zip(self.table.insert_all(&rows).await) {
            let refused: Vec<_> = row
                .cells(self.known)
                .into_iter()
                .filter(|cell| cell.kept.is_none())
                .map(|cell| cell.name)
                .collect();
            match inserted {
                Ok(read) => {
                    prop_assert!(refused.is_empty(), "{refused:?} must be refused: {row:?}");
                    self.compare(row, &read)?;
                    stored.push(row);
                }
                Err(error) => {
                    prop_assert_eq!(error.kind(), ErrorKind::InvalidInput, "{}: {:?}", error, row);
                    let said = error.to_string();
                    for cell in row.cells(self.known) {
                        let is_named = said.contains(&format!("column `{}` ", cell.name));
                        prop_assert_eq!(is_named, refused.contains(&cell.name), "{}: {:?}", said, row);
                    }
                }
            }
        }
        // Read by a query this time. What is stored is not written again.
        for (row, upserted) in stored.iter().zip(self.table.upsert_all(stored.clone()).await) {
            let upserted = upserted.map_err(|error| TestCaseError::fail(error.to_string()))?;
            self.compare(row, upserted.row())?;
            let changed = match &upserted {
                Upserted::Unchanged(_) => &[][..],
                Upserted::Updated { columns, .. } => columns,
                other => panic!("{other:?}"),
            };
            prop_assert!(
                changed.iter().all(|name| row.restless().contains(name)),
                "{:?}: {:?}",
                changed,
                row
            );
        }
        Ok(())
    }

    fn compare(&self, written: &T, read: &T) -> Result<(), TestCaseError> {
        for (written, read) in written.cells(self.known).into_iter().zip(read.cells(self.known)) {
            prop_assert_eq!(
                Some(&read.seen),
                written.kept.as_ref(),
                "{} was {}",
                written.name,
                written.seen
            );
        }
        Ok(())
    }
}
