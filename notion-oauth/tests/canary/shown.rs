//! Where everything goes that is logged, printed, or said by a panic.

use std::any::type_name;
use std::collections::BTreeSet;
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Keeps everything that is logged, at every level and by every crate.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<String>>);

impl Log {
    pub(crate) fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }
}

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut log = self.0.lock().unwrap();
        let _ = write!(log, "\n{} {}", span.metadata().target(), span.metadata().name());
        span.record(&mut Fields(&mut log));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Fields(&mut self.0.lock().unwrap()));
    }

    fn event(&self, event: &Event<'_>) {
        let mut log = self.0.lock().unwrap();
        let _ = write!(
            log,
            "\n{} {}",
            event.metadata().target(),
            event.metadata().level()
        );
        event.record(&mut Fields(&mut log));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// Everything that was shown to somebody, and the types of what was.
#[derive(Default)]
pub(crate) struct Shown {
    pub(crate) text: String,
    pub(crate) types: BTreeSet<&'static str>,
}

impl Shown {
    pub(crate) fn debug<T: fmt::Debug>(&mut self, value: &T) {
        let _ = write!(self.text, "{value:?}\n{value:#?}\n");
        self.types.insert(type_name::<T>());
    }

    pub(crate) fn error(&mut self, error: &notion_oauth::Error) {
        let _ = write!(self.text, "{error}\n{error:#}\n");
        self.debug(error);
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            let _ = write!(self.text, "{cause}\n{cause:?}\n");
            source = cause.source();
        }
    }
}

/// Keeps what panics say, where a program's crash reporter would get it from.
pub(crate) fn keep_panics() -> Arc<Mutex<String>> {
    let said = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&said);
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let trace = std::backtrace::Backtrace::force_capture();
        let _ = write!(kept.lock().unwrap(), "{panic}\n{panic:?}\n{trace}\n");
        before(panic);
    }));
    said
}
