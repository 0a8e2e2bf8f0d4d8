//! Writing an expression as Notion writes it back.

use super::ast::{Call, Expr, Key, Operator};
use super::value;

/// A reference by name: `prop("Name")`.
pub(crate) fn reference(name: &str) -> String {
    format!("prop({})", quoted(name))
}

/// The expression, each column of the row as `reference` writes it.
///
/// Notion keeps neither comments nor white space, and puts every operation inside of another one in parentheses.
pub(super) fn print(expr: &Expr, reference: &dyn Fn(&Key) -> String) -> String {
    let mut out = String::new();
    Printer { reference }.write(expr, &mut out);
    out
}

struct Printer<'a> {
    reference: &'a dyn Fn(&Key) -> String,
}

impl Printer<'_> {
    fn write(&self, expr: &Expr, out: &mut String) {
        match expr {
            Expr::Number(number) => {
                if number.is_sign_negative() {
                    out.push('-');
                }
                out.push_str(&value::of_number(number.abs()));
            }
            Expr::Text(text) => out.push_str(&quoted(text)),
            Expr::Boolean(on) => out.push_str(if *on { "true" } else { "false" }),
            Expr::List(items) => self.list("[", items, "]", out),
            Expr::Property(key) => out.push_str(&(self.reference)(key)),
            Expr::PageProperty(page, key) => {
                self.receiver(page, out);
                out.push('.');
                out.push_str(&reference(key.text()));
            }
            Expr::Name(name) => out.push_str(name),
            Expr::Minus(inner) => {
                out.push('-');
                let open =
                    matches!(&**inner, Expr::Binary(..) | Expr::Choice(_)) || is_asked_of_number(inner);
                self.enclosed(open, inner, out);
            }
            Expr::Not(inner) => {
                out.push_str("not ");
                self.operand(inner, out);
            }
            Expr::Binary(operator, operands) => {
                let [left, right] = &**operands;
                // A minus before a power is taken last.
                if *operator == Operator::Power {
                    self.receiver(left, out);
                } else {
                    self.operand(left, out);
                }
                out.push(' ');
                out.push_str(operator.sign());
                out.push(' ');
                self.operand(right, out);
            }
            Expr::Choice(parts) => {
                let [condition, yes, no] = &**parts;
                self.operand(condition, out);
                out.push_str(" ? ");
                self.operand(yes, out);
                out.push_str(" : ");
                self.operand(no, out);
            }
            Expr::Call(call) => self.call(call, out),
        }
    }

    fn call(&self, call: &Call, out: &mut String) {
        let arguments = match (call.method, call.arguments.split_first()) {
            (true, Some((receiver, rest))) => {
                self.receiver(receiver, out);
                out.push('.');
                rest
            }
            _ => &call.arguments,
        };
        out.push_str(call.function.name);
        self.list("(", arguments, ")", out);
    }

    fn list(&self, open: &str, items: &[Expr], close: &str, out: &mut String) {
        out.push_str(open);
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                out.push_str(", ");
            }
            self.write(item, out);
        }
        out.push_str(close);
    }

    fn operand(&self, expr: &Expr, out: &mut String) {
        let open = matches!(expr, Expr::Binary(..) | Expr::Choice(_));
        self.enclosed(open, expr, out);
    }

    fn receiver(&self, expr: &Expr, out: &mut String) {
        let open = match expr {
            Expr::Number(number) => number.is_sign_negative(),
            Expr::Binary(..) | Expr::Choice(_) | Expr::Minus(_) | Expr::Not(_) => true,
            _ => false,
        };
        self.enclosed(open, expr, out);
    }

    fn enclosed(&self, parentheses: bool, expr: &Expr, out: &mut String) {
        if parentheses {
            out.push('(');
        }
        self.write(expr, out);
        if parentheses {
            out.push(')');
        }
    }
}

/// Whether it is a call on a number, which would take a minus before it for its own.
fn is_asked_of_number(expr: &Expr) -> bool {
    let receiver = match expr {
        Expr::PageProperty(page, _) => Some(&**page),
        Expr::Call(call) if call.method => call.arguments.first(),
        _ => None,
    };
    receiver.is_some_and(|receiver| matches!(receiver, Expr::Number(_)) || is_asked_of_number(receiver))
}

/// The text as it stands in an expression. A backslash is doubled only where it would escape what follows.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' if matches!(chars.peek(), None | Some('n' | 't' | '"' | '\\' | '\n' | '\t')) => {
                out.push_str("\\\\");
            }
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            _ => out.push(char),
        }
    }
    out.push('"');
    out
}
