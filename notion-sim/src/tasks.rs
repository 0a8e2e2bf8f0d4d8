//! Work that a request asked to be done later.
//!
//! It is done at once, but told in Notion's steps, and counted in questions so that every run is the same: the answer to the
//! request says `queued`, the first question after it `running`, and every later one how it ended.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::engine::{id, time};
use crate::refusal::Refusal;

/// How many tasks are remembered.
const MAX_TASKS: usize = 1000;
/// How long clients are told to wait between two questions.
const POLL_AFTER_SECONDS: u32 = 2;

/// The latest tasks, oldest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tasks {
    kept: VecDeque<Task>,
}

#[derive(Debug, Clone)]
struct Task {
    /// `task_` and 32 digits.
    id: String,
    /// Where it can be asked for.
    address: String,
    /// The bot that asked for it. Nobody else learns of it.
    bot: Uuid,
    created: Timestamp,
    /// The route as Notion writes it: `PATCH /v1/pages/:page_id/markdown`.
    operation: &'static str,
    outcome: Result<Value, Refusal>,
    /// How often somebody has asked for it.
    asked: u32,
}

impl Tasks {
    /// Remembers how a task ended, and tells that it begins. `origin` is where the simulator is asked.
    pub(crate) fn add(
        &mut self,
        origin: &str,
        bot: Uuid,
        operation: &'static str,
        outcome: Result<Value, Refusal>,
        now: Timestamp,
    ) -> Value {
        let id = format!("task_{}", id::undashed(id::fresh()));
        let task = Task {
            address: format!("{origin}/v1/async_tasks/{id}"),
            id,
            bot,
            created: now,
            operation,
            outcome,
            asked: 0,
        };
        let shown = task.to_json();
        if self.kept.len() == MAX_TASKS {
            self.kept.pop_front();
        }
        self.kept.push_back(task);
        shown
    }

    /// Tells how far a task is. `None` where this bot has no such task.
    pub(crate) fn ask(&mut self, bot: Uuid, id: &str) -> Option<Value> {
        let task = self
            .kept
            .iter_mut()
            .find(|task| task.id == id && task.bot == bot)?;
        task.asked = task.asked.saturating_add(1);
        Some(task.to_json())
    }
}

impl Task {
    fn to_json(&self) -> Value {
        let status = match (self.asked, &self.outcome) {
            (0, _) => "queued",
            (1, _) => "running",
            (_, Ok(_)) => "succeeded",
            (_, Err(_)) => "failed",
        };
        let mut out = Map::new();
        out.insert("object".into(), json!("async_task"));
        out.insert("id".into(), json!(self.id));
        out.insert("status".into(), json!(status));
        out.insert("status_url".into(), json!(self.address));
        out.insert("created_time".into(), json!(time::milli_z(self.created)));
        if self.asked < 2 {
            out.insert("poll_after_seconds".into(), json!(POLL_AFTER_SECONDS));
        }
        let operation = json!({"surface": "rest", "name": self.operation});
        out.insert("operation".into(), operation);
        match (&self.outcome, status) {
            (Ok(result), "succeeded") => drop(out.insert("result".into(), result.clone())),
            (Err(refusal), "failed") => {
                out.insert("error".into(), Value::Object(refusal.to_json()));
            }
            _ => {}
        }
        Value::Object(out)
    }
}
