//! Every request that rows, filters, sorts, patches and schemas can make, for the official types to judge.
//!
//! The requests are taken as they leave, on the way to the simulator. `tests/types/run` has the TypeScript compiler hold them
//! against the types of `@notionhq/client`; for that, `NOTION_PAYLOADS` names the file to write them to.

mod coverage;
mod everything;
mod offered;
mod queries;
mod recorded;
mod recorder;
mod schemas;
mod writes;

use coverage::Coverage;
use everything::World;
use notion_tests::recordings;

#[tokio::test]
async fn every_request_is_made() {
    let world = World::new().await;
    queries::send(&world).await; // While there are few rows.
    writes::send(&world).await;
    schemas::send(&world).await;
    let mut told = Vec::new();
    if let Some(interactions) = recordings() {
        told.push(schemas::send_recorded(&world.recorder, &interactions).await);
        told.push(recorded::keep_values(&world.recorder, &interactions));
    }
    let requests = world.recorder.requests();
    if let Some(file) = std::env::var_os("NOTION_PAYLOADS") {
        let lines: String = requests.iter().map(|request| request.line() + "\n").collect();
        std::fs::write(file, lines).unwrap();
    }

    let coverage = Coverage::of(&requests);
    println!("{coverage}");
    println!("{}", told.join("\n"));
    let problems = coverage.problems();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
