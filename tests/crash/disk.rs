//! A disk that is full, worn out or only to be read, before a token is asked for or when it has come.

use std::sync::Arc;

use notion_oauth::{Action, FlowResult, Status};
use notion_sim::RefreshMode;
use notion_tests::broken_disk::{Disk, Library, Trouble};

use crate::child::{END, OK, TRY, Work};
use crate::invariants;
use crate::program::Program;
use crate::runner::run;
use crate::world::{Flow, Kind, World};

/// What a program is at.
#[derive(Debug, Clone, Copy, PartialEq)]
enum At {
    Refresh,
    Exchange,
}

/// When the disk breaks.
#[derive(Debug, Clone, Copy, PartialEq)]
enum When {
    BeforeItIsSent,
    WithTheAnswer,
}

/// Which files are on it, by a part of their paths.
type Part = &'static str;

const SPOOL: Part = "/site/spool";
const STORE: Part = "/site/grants";
const EVERYTHING: Part = "/site/";

fn parts(kind: &Kind) -> &'static [Part] {
    match kind {
        Kind::Sqlite => &[SPOOL, STORE, "/site/grants-wal", EVERYTHING],
        Kind::File => &[SPOOL, STORE, "/site/grants-new", EVERYTHING],
        _ => &[SPOOL],
    }
}

/// Where an answer could not be kept, none is asked for. One that has come is kept elsewhere, or in memory, and is not lost
/// when the disk is in order again; a program that is about to end with it says so.
#[test]
fn t14_a_disk_that_breaks_loses_no_answer() {
    let name = "t14_a_disk_that_breaks_loses_no_answer";
    let Some(library) = Library::build(name) else {
        return;
    };
    let library = Arc::new(library);
    let kinds = Kind::all(name);
    let mut cases = Vec::new();
    for kind in &kinds {
        for part in parts(kind) {
            for at in [At::Refresh, At::Exchange] {
                for when in [When::BeforeItIsSent, When::WithTheAnswer] {
                    for trouble in Trouble::ALL {
                        let name = format!("{at:?} {} {part}, {trouble:?} {when:?}", kind.name());
                        cases.push((name, (at, kind.clone(), *part, when, trouble)));
                    }
                }
            }
        }
    }
    run("a disk that breaks", cases, |(at, kind, part, when, trouble)| {
        let library = Arc::clone(&library);
        async move {
            let scene = Scene::new(at, &kind, &library).await;
            match when {
                When::BeforeItIsSent => scene.breaks_before(trouble, part).await,
                When::WithTheAnswer => scene.breaks_after(trouble, part).await,
            }
        }
    });
    Kind::end(kinds);
}

/// About as many calls as a refresh makes that may fail, with each kind of store.
const CALLS: [(Kind, usize); 2] = [(Kind::Sqlite, 66), (Kind::File, 24)];

/// Whichever call of a refresh is the first that fails: when the disk is in order again, so is the installation.
#[test]
fn t14_a_disk_that_breaks_at_any_call_loses_nothing() {
    let name = "t14_a_disk_that_breaks_at_any_call_loses_nothing";
    let Some(library) = Library::build(name) else {
        return;
    };
    let library = Arc::new(library);
    let mut cases = Vec::new();
    for (kind, most) in CALLS {
        for calls in 0..most {
            let trouble = Trouble::ALL[calls % 3];
            let name = format!("{}, {trouble:?} after {calls} calls", kind.name());
            cases.push((name, (kind.clone(), trouble, calls)));
        }
    }
    run(
        "a disk that breaks at any call",
        cases,
        |(kind, trouble, calls)| {
            let library = Arc::clone(&library);
            async move {
                let scene = Scene::new(At::Refresh, &kind, &library).await;
                let mut program = scene.starts("");
                scene.disk.breaks(trouble, EVERYTHING, calls);
                program.ask(TRY);
                scene.disk.is_mended();
                scene.succeeds(program).await;
            }
        },
    );
}

/// A program on a disk of its own.
struct Scene {
    at: At,
    world: World,
    flow: Option<Flow>,
    disk: Disk,
}

impl Scene {
    async fn new(at: At, kind: &Kind, library: &Library) -> Self {
        // Nothing is to be lost, so that the mode makes no difference.
        let mode = RefreshMode::Strict;
        let (mut world, flow) = match at {
            At::Refresh => (World::expired(mode, kind).await, None),
            At::Exchange => {
                let mut world = World::new(mode, kind).await;
                let flow = world.allow().await;
                (world, Some(flow))
            }
        };
        let disk = library.disk(&world.name());
        world.disk = Some(disk.clone());
        Self {
            at,
            world,
            flow,
            disk,
        }
    }

    fn starts(&self, failpoints: &str) -> Program {
        let work = match &self.flow {
            None => self.world.refresh(),
            Some(flow) => flow.finish(),
        };
        self.world.start(&Work::Serve(Box::new(work)), failpoints)
    }

    async fn breaks_before(self, trouble: Trouble, part: Part) {
        let mut program = self.starts("");
        self.disk.breaks(trouble, part, 0);
        let answer = program.ask(TRY);
        assert_ne!(answer, OK);
        assert_eq!(self.posts(), 0, "{answer}");
        self.disk.is_mended();
        self.succeeds(program).await;
    }

    async fn breaks_after(self, trouble: Trouble, part: Part) {
        let step = match self.at {
            At::Refresh => "R8",
            At::Exchange => "C3",
        };
        let mut program = self.starts(&format!("{step}=stop"));
        program.tell(TRY);
        program.halted();
        self.disk.breaks(trouble, part, 0);
        program.awake();
        let answer = program.answer();
        assert_eq!(answer == OK, part == SPOOL, "{answer}");
        if part != EVERYTHING {
            self.disk.is_mended();
            return self.succeeds(program).await;
        }
        // The only place that has the answer is its memory.
        let answer = program.ask(END);
        assert!(answer.contains("in memory alone"), "{answer}");
        self.disk.is_mended();
        self.ends(program).await;
    }

    async fn succeeds(self, mut program: Program) {
        program.tries_until_it_works().await;
        self.ends(program).await;
    }

    /// The program ends, and the next one finds what it should.
    async fn ends(mut self, mut program: Program) {
        assert_eq!(program.ask(END), OK);
        program.done();
        assert_eq!(self.posts(), 1);
        let events = match &self.flow {
            None => [Action::Refreshed].as_slice(),
            Some(flow) => {
                let result = self.world.finish(flow).await;
                assert!(matches!(result, FlowResult::Installed(_)), "{result:?}");
                &[]
            }
        };
        invariants::hold(&self.world, Status::Healthy, events).await;
        assert_eq!(self.posts(), 1);
    }

    fn posts(&self) -> usize {
        match self.at {
            At::Refresh => self.world.refreshes(),
            At::Exchange => self.world.posts("authorization_code").len(),
        }
    }
}
