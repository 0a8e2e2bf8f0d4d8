//! The types of the language.
//!
//! Notion refuses what it can tell to be wrong when a formula is set. Where it cannot tell a type it takes the value for
//! conditions, texts of lists and comparisons of equality, but not where a number, a text or a date is needed.

use super::ast::{Call, Expr, Key, Operator};
use super::definition::Problem;
use super::functions::{Body, Form, Gives, Kind};

/// The type of a value.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Type {
    Number,
    Text,
    Boolean,
    Date,
    Person,
    Page,
    List(Box<Type>),
    /// That of `empty()`, which goes with every other.
    Nothing,
    /// It depends on the row, or on a page of which nothing is known.
    #[default]
    Unknown,
}

impl Type {
    /// A list of values of one type.
    pub(crate) fn list(item: Type) -> Self {
        Self::List(Box::new(item))
    }

    fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown | Self::Nothing)
    }

    /// The type of what is one of the two.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, other) | (other, Self::Nothing) => other,
            (Self::List(own), Self::List(other)) => Self::list(own.or(*other)),
            (own, other) if own == other => own,
            _ => Self::Unknown,
        }
    }

    /// The type of an item of a list that is written out. There nothing goes with lists only.
    fn beside(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, Self::Nothing) => Self::Nothing,
            (Self::Nothing, list @ Self::List(_)) | (list @ Self::List(_), Self::Nothing) => list,
            (Self::Nothing, _) | (_, Self::Nothing) => Self::Unknown,
            (own, other) => own.or(other),
        }
    }

    /// The type of an item, if it may be a list.
    fn item(&self) -> Option<Type> {
        match self {
            Self::List(item) => Some((**item).clone()),
            Self::Unknown => Some(Self::Unknown),
            _ => None,
        }
    }

    fn fits(&self, kind: Kind) -> bool {
        match kind {
            Kind::Any | Kind::Each | Kind::Name => true,
            Kind::Text => self.is_known(),
            Kind::Number => *self == Self::Number,
            Kind::Numbers => *self == Self::Number || *self == Self::list(Self::Number),
            Kind::Date => *self == Self::Date,
            Kind::Sized => matches!(self, Self::Text | Self::List(_) | Self::Nothing | Self::Unknown),
            Kind::List => self.item().is_some(),
            Kind::Person => matches!(self, Self::Person | Self::Unknown),
            Kind::Page => matches!(self, Self::Page | Self::Unknown),
        }
    }
}

/// The type of an expression, or why it has none.
pub(super) fn result_type(root: &Expr, columns: &dyn Fn(&Key) -> Option<Type>) -> Result<Type, Problem> {
    let mut check = Check {
        columns,
        names: Vec::new(),
    };
    check.expr(root)
}

struct Check<'a> {
    columns: &'a dyn Fn(&Key) -> Option<Type>,
    /// The variables, the innermost last.
    names: Vec<(&'a str, Type)>,
}

impl<'a> Check<'a> {
    fn expr(&mut self, expr: &'a Expr) -> Result<Type, Problem> {
        match expr {
            Expr::Number(_) => Ok(Type::Number),
            Expr::Text(_) => Ok(Type::Text),
            Expr::Boolean(_) => Ok(Type::Boolean),
            Expr::List(items) => self.list(items),
            Expr::Property(key) => {
                let missing = || Problem::mistyped(format!("there is no property `{}`", key.text()));
                (self.columns)(key).ok_or_else(missing)
            }
            Expr::PageProperty(page, _) => {
                let page = self.expr(page)?;
                if page.fits(Kind::Page) {
                    Ok(Type::Unknown)
                } else {
                    Err(Problem::mistyped("a property is asked of what is not a page"))
                }
            }
            Expr::Name(name) => {
                let found = self.names.iter().rev().find(|(own, _)| own == name);
                found
                    .map(|(_, own)| own.clone())
                    .ok_or_else(|| Problem::mistyped(format!("`{name}` is not defined")))
            }
            Expr::Minus(inner) => {
                let inner = self.expr(inner)?;
                operated(Operator::Subtract, &Type::Number, &inner)
            }
            Expr::Not(inner) => self.expr(inner).map(|_| Type::Boolean),
            Expr::Binary(operator, operands) => {
                let (left, right) = (self.expr(&operands[0])?, self.expr(&operands[1])?);
                operated(*operator, &left, &right)
            }
            Expr::Choice(parts) => self.branch(&**parts),
            Expr::Call(call) => self.call(call),
        }
    }

    fn list(&mut self, items: &'a [Expr]) -> Result<Type, Problem> {
        let mut common = None;
        for item in items {
            let item = self.expr(item)?;
            common = Some(match common {
                Some(common) => Type::beside(common, item),
                None => item,
            });
        }
        Ok(Type::list(common.unwrap_or(Type::Unknown)))
    }

    /// Pairs of a condition and a value, and perhaps a last value.
    fn branch(&mut self, parts: &'a [Expr]) -> Result<Type, Problem> {
        let mut common = Type::Nothing;
        let (pairs, otherwise) = parts.as_chunks::<2>();
        for [condition, value] in pairs {
            self.expr(condition)?;
            common = common.or(self.expr(value)?);
        }
        match otherwise {
            [otherwise, ..] => Ok(common.or(self.expr(otherwise)?)),
            [] => Ok(common),
        }
    }

    fn call(&mut self, call: &'a Call) -> Result<Type, Problem> {
        match call.function.body {
            Body::Lazy(Form::Branch) => return self.branch(&call.arguments),
            Body::Lazy(Form::Let) => return self.bind(&call.arguments),
            Body::Lazy(_) | Body::Eager(_) | Body::Operator(_) => {}
        }
        let mut types: Vec<Type> = Vec::new();
        for (at, argument) in call.arguments.iter().enumerate() {
            let kind = call.function.parameter(at);
            let own = match (kind, types.first().and_then(Type::item)) {
                (Kind::Each, Some(item)) => self.each(item, argument)?,
                _ => self.expr(argument)?,
            };
            if !own.fits(kind) {
                return Err(Problem::mistyped(format!(
                    "argument {} of `{}` is {own:?}, not {kind:?}",
                    at + 1,
                    call.function.name
                )));
            }
            types.push(own);
        }
        given(call.function.gives, &types)
    }

    /// An expression about the items of a list.
    fn each(&mut self, item: Type, body: &'a Expr) -> Result<Type, Problem> {
        let outside = self.names.len();
        self.names.push(("current", item));
        self.names.push(("index", Type::Number));
        let own = self.expr(body);
        self.names.truncate(outside);
        own
    }

    /// Pairs of a name and a value, and the expression in which they hold.
    fn bind(&mut self, arguments: &'a [Expr]) -> Result<Type, Problem> {
        let outside = self.names.len();
        let result = self.bound(arguments);
        self.names.truncate(outside);
        result
    }

    fn bound(&mut self, arguments: &'a [Expr]) -> Result<Type, Problem> {
        let (pairs, body) = arguments.as_chunks::<2>();
        for [name, value] in pairs {
            let own = self.expr(value)?;
            if let Expr::Name(name) = name {
                self.names.push((name, own));
            }
        }
        body.first().map_or(Ok(Type::Nothing), |body| self.expr(body))
    }
}

/// The type of what a function gives.
fn given(gives: Gives, arguments: &[Type]) -> Result<Type, Problem> {
    let first = arguments.first().cloned().unwrap_or(Type::Unknown);
    let items = arguments.iter().map(|list| list.item().unwrap_or(Type::Unknown));
    Ok(match gives {
        Gives::Number => Type::Number,
        Gives::Text => Type::Text,
        Gives::Date => Type::Date,
        Gives::Texts => Type::list(Type::Text),
        Gives::Item => first.item().unwrap_or(Type::Unknown),
        Gives::Same => first,
        Gives::Merged => Type::list(items.reduce(Type::or).unwrap_or(Type::Unknown)),
        Gives::Flat => {
            let item = first.item().unwrap_or(Type::Unknown);
            Type::list(item.item().unwrap_or(item))
        }
        Gives::Mapped => Type::list(arguments.last().cloned().unwrap_or(Type::Unknown)),
        Gives::Branch | Gives::Last => arguments.last().cloned().unwrap_or(Type::Unknown),
        Gives::Emptiness if arguments.is_empty() => Type::Nothing,
        Gives::Boolean | Gives::Emptiness => Type::Boolean,
        Gives::Operator(operator) => match arguments {
            [left, right] => operated(operator, left, right)?,
            _ => Type::Unknown,
        },
    })
}

/// The type of what an operator gives.
fn operated(operator: Operator, left: &Type, right: &Type) -> Result<Type, Problem> {
    let refused = || {
        Err(Problem::mistyped(format!(
            "`{}` is between {left:?} and {right:?}",
            operator.sign()
        )))
    };
    let numbers = *left == Type::Number && *right == Type::Number;
    match operator {
        Operator::Or | Operator::And | Operator::Equal | Operator::Unequal => Ok(Type::Boolean),
        Operator::Less | Operator::AtMost | Operator::Greater | Operator::AtLeast => {
            let ordered = matches!(left, Type::Number | Type::Text | Type::Date | Type::Boolean);
            if ordered && left == right {
                Ok(Type::Boolean)
            } else {
                refused()
            }
        }
        Operator::Add => match (left, right) {
            (Type::Unknown, _) | (_, Type::Unknown) => Ok(Type::Unknown),
            (Type::Nothing, other) | (other, Type::Nothing) => Ok(other.clone()),
            (Type::Text, _) | (_, Type::Text) => Ok(Type::Text),
            _ if numbers => Ok(Type::Number),
            _ => refused(),
        },
        Operator::Subtract
        | Operator::Multiply
        | Operator::Divide
        | Operator::Remainder
        | Operator::Power => {
            if numbers {
                Ok(Type::Number)
            } else {
                refused()
            }
        }
    }
}
