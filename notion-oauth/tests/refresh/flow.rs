//! Flows whose user allows them.

use notion_oauth::{Callback, Finished, Result, Start, Started, Workspaces};

/// What comes back from Notion.
pub(crate) fn allowed(started: &Started) -> Callback {
    let url = url::Url::parse(started.url()).unwrap();
    let state = url.query_pairs().find(|(key, _)| key == "state").unwrap().1;
    Callback::parse(&format!("code=c&state={state}")).unwrap()
}

pub(crate) async fn authorize(workspaces: &Workspaces, start: Start) -> Result<Finished> {
    let started = workspaces.start(start, None).await?;
    workspaces
        .finish(allowed(&started), Some(started.binding()))
        .await
}
