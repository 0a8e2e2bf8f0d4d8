//! Everything that any crate logs, at every level, written to where a panic is written, too.

use std::fmt::{self, Write as _};
use std::io::Write as _;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// The first line, which shows that a log is one.
pub(crate) const FIRST: &str = "everything is logged from here on";

/// Logs to standard error from now on.
pub(crate) fn begin() {
    tracing::subscriber::set_global_default(Trace).unwrap();
    tracing::trace!("{FIRST}");
}

struct Trace;

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

/// Without a newline in between, so that lines of threads stay apart.
fn write(mut fields: Fields) {
    fields.0.push('\n');
    let _ = std::io::stderr().write_all(fields.0.as_bytes());
}

impl Subscriber for Trace {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = Fields(format!("{} {}", span.metadata().target(), span.metadata().name()));
        span.record(&mut fields);
        write(fields);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut fields = Fields(String::new());
        values.record(&mut fields);
        write(fields);
    }

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(format!(
            "{} {}",
            event.metadata().target(),
            event.metadata().level()
        ));
        event.record(&mut fields);
        write(fields);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
