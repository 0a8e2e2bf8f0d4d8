//! A store, a transport and hooks that panic.

use std::any::Any;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use notion_core::BoxFuture;
use notion_core::transport::{HttpClient, Transport, TransportError};
use notion_oauth::store::{Change, Commit, Lock, Query, Record, Table};
use notion_oauth::{
    BotId, HookResult, Hooks, Installation, Installed, Installing, MemoryStore, Result, Store, Verdict,
};

/// Whether what panics has been done by then.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum When {
    Before,
    After,
}

/// Panics at one of the calls that come after it was lit.
#[derive(Clone)]
pub(crate) struct Fuse {
    when: When,
    /// 0 when it is out.
    left: Arc<AtomicUsize>,
    blown: Arc<AtomicUsize>,
}

impl Fuse {
    pub(crate) fn new(when: When) -> Self {
        Self {
            when,
            left: Arc::default(),
            blown: Arc::default(),
        }
    }

    /// Lets the call with this number panic, from 1.
    pub(crate) fn light(&self, call: usize) {
        self.left.store(call, Ordering::SeqCst);
    }

    /// Whether it has panicked. It does so no more.
    pub(crate) fn put_out(&self) -> bool {
        self.left.store(0, Ordering::SeqCst);
        self.blown.load(Ordering::SeqCst) > 0
    }

    async fn around<T>(&self, call: impl Future<Output = T>) -> T {
        let less = |left: usize| left.checked_sub(1);
        let left = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, less);
        if left != Ok(1) {
            return call.await;
        }
        self.blown.fetch_add(1, Ordering::SeqCst);
        if self.when == When::After {
            call.await;
        }
        panic()
    }
}

/// A panic that prints nothing, as there are so many.
fn panic() -> ! {
    let payload: Box<dyn Any + Send> = Box::new("a panic on purpose");
    std::panic::resume_unwind(payload)
}

pub(crate) struct PanickingStore {
    inner: MemoryStore,
    fuse: Fuse,
}

impl PanickingStore {
    pub(crate) fn new(inner: MemoryStore, fuse: Fuse) -> Self {
        Self { inner, fuse }
    }
}

impl Store for PanickingStore {
    fn get<'a>(&'a self, table: Table, key: &'a str) -> BoxFuture<'a, Result<Option<Record>>> {
        Box::pin(self.fuse.around(self.inner.get(table, key)))
    }

    fn find<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Record>>> {
        Box::pin(self.fuse.around(self.inner.find(query)))
    }

    fn commit<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, Result<Commit>> {
        Box::pin(self.fuse.around(self.inner.commit(changes)))
    }

    fn lock<'a>(&'a self, name: &'a str, patience: Duration) -> BoxFuture<'a, Result<Lock>> {
        Box::pin(self.fuse.around(self.inner.lock(name, patience)))
    }

    fn scrub(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.fuse.around(self.inner.scrub()))
    }

    fn spool(&self) -> Option<PathBuf> {
        self.inner.spool()
    }
}

/// Panics at requests of the OAuth endpoints alone.
pub(crate) struct PanickingTransport {
    inner: HttpClient,
    fuse: Fuse,
}

impl PanickingTransport {
    pub(crate) fn new(inner: HttpClient, fuse: Fuse) -> Self {
        Self { inner, fuse }
    }
}

impl Transport for PanickingTransport {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let is_oauth = request.uri().path().starts_with("/v1/oauth/");
        let sent = self.inner.send(request);
        match is_oauth {
            true => Box::pin(self.fuse.around(sent)),
            false => sent,
        }
    }
}

/// Panics in the hook of this name.
pub(crate) struct PanickingHooks(pub(crate) &'static str);

impl PanickingHooks {
    fn reach(&self, hook: &str) {
        if self.0 == hook {
            panic();
        }
    }
}

impl Hooks for PanickingHooks {
    fn may_install<'a>(&'a self, _: &'a Installing) -> BoxFuture<'a, Verdict> {
        self.reach("may_install");
        Box::pin(async { Verdict::Allow })
    }

    fn on_installed<'a>(&'a self, _: &'a Installed) -> BoxFuture<'a, HookResult> {
        self.reach("on_installed");
        Box::pin(async { Ok(()) })
    }

    fn on_flagged<'a>(&'a self, _: &'a Installation) -> BoxFuture<'a, HookResult> {
        self.reach("on_flagged");
        Box::pin(async { Ok(()) })
    }

    fn on_uninstalled<'a>(&'a self, _: &'a BotId) -> BoxFuture<'a, HookResult> {
        self.reach("on_uninstalled");
        Box::pin(async { Ok(()) })
    }
}
