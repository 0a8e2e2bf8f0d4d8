//! A disk of a server of a database that is full or worn out.

use std::sync::Arc;

use notion_oauth::{Action, Status};
use notion_tests::broken_disk::{Library, Trouble};
use notion_tests::postgres::Postgres;

use crate::child::{END, OK, TRY, Work};
use crate::invariants;
use crate::runner::run_together;
use crate::world::{Kind, ROTATING, Server, World};

/// The tables grow with the new tokens; what is only changed stays in the memory of the server for a while.
const TABLES: &str = "/base/";
const LOG: &str = "/pg_wal/";

/// The program may hold an answer by then, or be about to ask for one.
#[derive(Debug, Clone, Copy, PartialEq)]
enum When {
    BeforeItIsSent,
    WithTheAnswer,
}

#[test]
fn t14_a_database_whose_tables_cannot_grow_loses_no_answer() {
    let name = "t14_a_database_whose_tables_cannot_grow_loses_no_answer";
    for trouble in [Trouble::Full, Trouble::WornOut] {
        breaks(name, trouble, TABLES, &[When::WithTheAnswer]);
    }
}

#[test]
fn t14_a_database_whose_log_cannot_be_written_loses_no_answer() {
    let name = "t14_a_database_whose_log_cannot_be_written_loses_no_answer";
    for trouble in [Trouble::Full, Trouble::WornOut] {
        breaks(name, trouble, LOG, &[When::BeforeItIsSent, When::WithTheAnswer]);
    }
}

/// The disk of the server breaks, which for its log is the end of it. Then it is mended, and the server is there again.
fn breaks(test: &str, trouble: Trouble, part: &'static str, moments: &[When]) {
    let Some(library) = Library::build(test) else {
        return;
    };
    let disk = library.disk("server");
    let settings = ["restart_after_crash = off", "autovacuum = off"];
    let Some(server) = Postgres::start_in(&disk.environment(), test, &settings) else {
        return;
    };
    let server = Arc::new(server);
    let mut cases = Vec::new();
    for mode in ROTATING {
        for when in moments {
            cases.push((format!("{part} {trouble:?} {when:?} {mode:?}"), (*mode, *when)));
        }
    }
    run_together("a disk of a database", cases, |(mode, when), meeting| {
        let (server, disk) = (Arc::clone(&server), disk.clone());
        async move {
            let world = World::expired(mode, &Kind::Postgres(Server::new(&server))).await;
            let work = Work::Serve(Box::new(world.refresh()));
            let step = match when {
                When::BeforeItIsSent => "",
                When::WithTheAnswer => "R8=stop",
            };
            let mut program = world.start(&work, step);
            if when == When::WithTheAnswer {
                program.tell(TRY);
                program.halted();
            }
            meeting.all_here(|| disk.breaks(trouble, part, 0)).await;
            let answer = if when == When::WithTheAnswer {
                program.awake();
                program.answer()
            } else {
                program.ask(TRY)
            };
            assert_ne!(answer, OK);
            if (trouble, part) == (Trouble::Full, TABLES) {
                assert!(answer.contains("the disk of the database is full"), "{answer}");
            }
            let sent = usize::from(when == When::WithTheAnswer);
            assert_eq!(world.refreshes(), sent, "{answer}");
            let mend = || {
                disk.is_mended();
                if server.is_running() {
                    server.crash();
                }
                server.resume();
            };
            meeting.all_here(mend).await;
            program.tries_until_it_works().await;
            assert_eq!(program.ask(END), OK);
            program.done();
            assert_eq!(world.refreshes(), 1);
            invariants::hold(&world, Status::Healthy, &[Action::Refreshed]).await;
        }
    });
}
