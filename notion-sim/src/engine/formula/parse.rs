//! From words to an expression.

use super::ast::{Call, Expr, Key, Operator};
use super::definition::Problem;
use super::functions::{self, Body, Form, Function};
use super::token::{self, Token};

/// How long an expression may be, in bytes.
pub(crate) const MAX_LENGTH: usize = 100_000;

/// How high the tree of an expression may be. Everything that walks one may then call itself.
const MAX_HEIGHT: usize = 120;

/// How tightly a ternary, a unary minus and a `not` hold their operands; the operators are in [`power`].
const LOOSEST: u8 = 0;
const MINUS: u8 = 7;
const NOT: u8 = 9;

/// Reads an expression. Functions and the number of their arguments are checked as well.
pub(super) fn parse(text: &str) -> Result<Expr, Problem> {
    if text.len() > MAX_LENGTH {
        return Err(Problem::syntax("the expression is too long"));
    }
    let mut parser = Parser {
        tokens: token::read(text)?,
        at: 0,
        nesting: 0,
        mistyped: None,
    };
    let whole = parser.expression(LOOSEST)?;
    if let Some(extra) = parser.tokens.get(parser.at) {
        return Err(Problem::syntax(format!("there is no operator before {extra:?}")));
    }
    match parser.mistyped {
        Some(problem) => Err(problem),
        None => Ok(whole.expr),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    /// How many expressions are open. It keeps the parser itself from calling itself too often.
    nesting: usize,
    /// The first call that has no meaning. What cannot be read at all matters more, and may yet come.
    mistyped: Option<Problem>,
}

/// An expression and the height of its tree.
struct Tall {
    expr: Expr,
    height: usize,
}

impl Tall {
    fn leaf(expr: Expr) -> Self {
        Self { expr, height: 1 }
    }

    /// An expression whose highest part has this height.
    fn over(height: usize, expr: Expr) -> Result<Self, Problem> {
        if height >= MAX_HEIGHT {
            return Err(too_deep());
        }
        Ok(Self {
            expr,
            height: height + 1,
        })
    }
}

fn too_deep() -> Problem {
    Problem::syntax("the expression is nested too deeply")
}

/// How tightly an operator holds its operands.
fn power(operator: Operator) -> u8 {
    match operator {
        Operator::Or => 1,
        Operator::And => 2,
        Operator::Equal | Operator::Unequal => 3,
        Operator::Less | Operator::AtMost | Operator::Greater | Operator::AtLeast => 4,
        Operator::Add | Operator::Subtract => 5,
        Operator::Multiply | Operator::Divide | Operator::Remainder => 6,
        Operator::Power => 8,
    }
}

impl Parser {
    fn expression(&mut self, loosest: u8) -> Result<Tall, Problem> {
        if self.nesting >= MAX_HEIGHT {
            return Err(too_deep());
        }
        self.nesting += 1;
        let whole = self.operation(loosest);
        self.nesting -= 1;
        whole
    }

    fn operation(&mut self, loosest: u8) -> Result<Tall, Problem> {
        let mut left = self.operand()?;
        while let Some(operator) = self.operator() {
            let own = power(operator);
            if own < loosest {
                return Ok(left);
            }
            self.at += 1;
            let right = self.expression(if operator == Operator::Power { own } else { own + 1 })?;
            left = Tall::over(
                left.height.max(right.height),
                Expr::Binary(operator, Box::new([left.expr, right.expr])),
            )?;
            // Comparisons cannot be chained.
            if (3..=4).contains(&own) && self.operator().is_some_and(|next| power(next) == own) {
                return Err(Problem::syntax("a comparison is compared"));
            }
        }
        if loosest == LOOSEST && self.take("?") {
            let yes = self.expression(LOOSEST)?;
            self.expect(":")?;
            let no = self.expression(LOOSEST)?;
            let height = left.height.max(yes.height).max(no.height);
            return Tall::over(height, Expr::Choice(Box::new([left.expr, yes.expr, no.expr])));
        }
        Ok(left)
    }

    /// The operator that follows.
    fn operator(&self) -> Option<Operator> {
        match self.tokens.get(self.at)? {
            Token::Sign(sign) => Operator::of(sign),
            Token::Word(word) => Operator::of(word),
            Token::Number(_) | Token::Text(_) | Token::Reference(_) => None,
        }
    }

    fn operand(&mut self) -> Result<Tall, Problem> {
        if self.take("-") {
            // `-20.abs()` is 20, but `-2 ^ 2` is -4.
            if let Some(Token::Number(number)) = self.tokens.get(self.at)
                && self.tokens.get(self.at + 1) != Some(&Token::Sign("^"))
            {
                let literal = Tall::leaf(Expr::Number(-number));
                self.at += 1;
                return self.methods(literal);
            }
            let inner = self.expression(MINUS + 1)?;
            return Tall::over(inner.height, Expr::Minus(Box::new(inner.expr)));
        }
        if self.take("!") || self.take_word("not") {
            let inner = self.expression(NOT)?;
            return Tall::over(inner.height, Expr::Not(Box::new(inner.expr)));
        }
        let primary = self.primary()?;
        self.methods(primary)
    }

    fn primary(&mut self) -> Result<Tall, Problem> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        match token {
            Some(Token::Number(number)) => Ok(Tall::leaf(Expr::Number(number))),
            Some(Token::Text(text)) => Ok(Tall::leaf(Expr::Text(text.into()))),
            Some(Token::Reference(id)) => Ok(Tall::leaf(Expr::Property(Key::Id(id)))),
            Some(Token::Sign("(")) => {
                let inner = self.expression(LOOSEST)?;
                self.expect(")")?;
                Ok(inner)
            }
            Some(Token::Sign("[")) => {
                let (items, height) = self.rest_of_list("]")?;
                Tall::over(height, Expr::List(items))
            }
            Some(Token::Word(word)) => self.word(word),
            Some(Token::Sign(sign)) => Err(Problem::syntax(format!("`{sign}` stands where a value should"))),
            None => Err(Problem::syntax("the expression ends where a value should be")),
        }
    }

    fn word(&mut self, word: String) -> Result<Tall, Problem> {
        if self.take("(") {
            if word == "prop" {
                let key = self.rest_of_prop()?;
                return Ok(Tall::leaf(Expr::Property(key)));
            }
            let (arguments, height) = self.rest_of_list(")")?;
            return self.call(&word, arguments, height, false);
        }
        match word.as_str() {
            "true" => Ok(Tall::leaf(Expr::Boolean(true))),
            "false" => Ok(Tall::leaf(Expr::Boolean(false))),
            "and" | "or" => Err(Problem::syntax(format!("`{word}` stands where a value should"))),
            _ => Ok(Tall::leaf(Expr::Name(word))),
        }
    }

    /// What is called on a value: `.prop("Name")` and `.function(…)`, any number of times.
    fn methods(&mut self, mut receiver: Tall) -> Result<Tall, Problem> {
        while self.take(".") {
            let Some(Token::Word(name)) = self.tokens.get(self.at).cloned() else {
                return Err(Problem::syntax("no function follows a point"));
            };
            self.at += 1;
            self.expect("(")?;
            receiver = if name == "prop" {
                let key = self.rest_of_prop()?;
                Tall::over(receiver.height, Expr::PageProperty(Box::new(receiver.expr), key))?
            } else {
                let (mut arguments, height) = self.rest_of_list(")")?;
                arguments.insert(0, receiver.expr);
                self.call(&name, arguments, height.max(receiver.height), true)?
            };
        }
        Ok(receiver)
    }

    /// The name that `prop(` is about. It is a text that is written out.
    fn rest_of_prop(&mut self) -> Result<Key, Problem> {
        let Some(Token::Text(name)) = self.tokens.get(self.at).cloned() else {
            return Err(Problem::syntax("`prop` is about a name in quotation marks"));
        };
        self.at += 1;
        self.expect(")")?;
        Ok(Key::Name(name))
    }

    /// The expressions up to `end`, and the height of the highest.
    fn rest_of_list(&mut self, end: &str) -> Result<(Vec<Expr>, usize), Problem> {
        let mut items = Vec::new();
        let mut height = 0;
        if self.take(end) {
            return Ok((items, height));
        }
        loop {
            let item = self.expression(LOOSEST)?;
            height = height.max(item.height);
            items.push(item.expr);
            if self.take(end) {
                return Ok((items, height));
            }
            self.expect(",")?;
        }
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some(Token::Sign(own)) if *own == sign);
        self.at += usize::from(found);
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some(Token::Word(own)) if own == word);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), Problem> {
        if self.take(sign) {
            Ok(())
        } else {
            Err(Problem::syntax(format!("`{sign}` is missing")))
        }
    }

    fn call(
        &mut self,
        name: &str,
        arguments: Vec<Expr>,
        height: usize,
        method: bool,
    ) -> Result<Tall, Problem> {
        match function(name, &arguments) {
            Ok(function) => {
                let call = Call {
                    function,
                    arguments,
                    method,
                };
                Tall::over(height, Expr::Call(call))
            }
            Err(problem) => {
                self.mistyped.get_or_insert(problem);
                Ok(Tall::leaf(Expr::Boolean(false)))
            }
        }
    }
}

/// The function with this name, if it takes such arguments.
fn function(name: &str, arguments: &[Expr]) -> Result<&'static Function, Problem> {
    let function =
        functions::find(name).ok_or_else(|| Problem::mistyped(format!("there is no function `{name}`")))?;
    if !function.takes_so_many(arguments.len()) {
        return Err(Problem::mistyped(format!(
            "`{name}` does not take {} arguments",
            arguments.len()
        )));
    }
    if matches!(function.body, Body::Lazy(Form::Let)) {
        let mut binders = arguments.iter().step_by(2).take(arguments.len() / 2);
        if binders.any(|binder| !matches!(binder, Expr::Name(_))) {
            return Err(Problem::mistyped(format!(
                "`{name}` takes a name before each value"
            )));
        }
    }
    Ok(function)
}
