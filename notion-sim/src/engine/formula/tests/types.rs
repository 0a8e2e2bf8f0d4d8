//! What is refused when a formula is set, and the types of what is not.

use super::*;

fn type_of(expression: &str) -> Type {
    let formula = Formula::parse(expression).expect(expression);
    formula.result_type(&column).expect(expression)
}

#[test]
fn results() {
    for (expression, wanted) in [
        ("1 + 1", Type::Number),
        ("\"a\" + 1", Type::Text),
        ("1 > 2", Type::Boolean),
        ("dateAdd(now(), 1, \"days\")", Type::Date),
        ("prop(\"Author\")", Type::Person),
        ("prop(\"Parts\").first()", Type::Page),
        ("if(true, 1, empty())", Type::Number),
        ("if(true, 1, \"a\")", Type::Unknown),
        ("empty()", Type::Nothing),
        ("empty() + 1", Type::Number),
        ("[]", Type::list(Type::Unknown)),
        ("[1, 2]", Type::list(Type::Number)),
        ("[1, empty()]", Type::list(Type::Unknown)),
        ("[1, \"a\"]", Type::list(Type::Unknown)),
        ("[1, 2].map(format(current))", Type::list(Type::Text)),
        ("[1, 2].map(index > 0).filter(current)", Type::list(Type::Boolean)),
        ("[[1], [2]].flat().at(0)", Type::Number),
        ("[1].flat()", Type::list(Type::Number)),
        ("concat([1], [2]).first()", Type::Number),
        ("let(x, now(), x)", Type::Date),
        ("lets(a, 1, b, a, a + b)", Type::Number),
        (
            "prop(\"Parts\").map(current.prop(\"Weight\"))",
            Type::list(Type::Unknown),
        ),
        ("match(\"a\", \"b\")", Type::list(Type::Text)),
        ("true ? [1] : []", Type::list(Type::Unknown)),
    ] {
        assert_eq!(type_of(expression), wanted, "{expression}");
    }
}

#[test]
fn refusals() {
    for expression in [
        // Measured at Notion.
        "if(true, 11)",
        "ifs()",
        "ifs(true)",
        "sum([2, empty(), 4])",
        "sum([])",
        "sum(empty())",
        "mean([empty()])",
        "max(2, empty(), 4)",
        "repeat(\"ab\", empty())",
        "map(empty(), current)",
        "join(empty(), \",\")",
        "empty().map(current)",
        "[empty()].map(current.map(current))",
        "prop(\"Other formula\") * 2",
        "prop(\"Other formula\") >= 0.5",
        "prop(\"Parts\").map(current.prop(\"Weight\")).sum()",
        // What follows from them.
        "nothing(1)",
        "Sum(1)",
        "x + 1",
        "current",
        "let(x, 1, y)",
        "let(1, 2, 3)",
        "let(x, 1)",
        "lets(x, 1, y, 2)",
        "prop(\"Missing\")",
        "if(false, prop(\"Missing\"), 1)",
        "1 - \"a\"",
        "-\"a\"",
        "true + 1",
        "now() + 1",
        "1 < \"a\"",
        "[1] < [2]",
        "abs(\"a\")",
        "abs()",
        "abs(1, 2)",
        "year(\"2026\")",
        "\"abc\".map(current)",
        "prop(\"Name\").prop(\"Weight\")",
        "prop(\"Team\").name()",
        "5.length()",
        "slice(\"abc\", 1)",
        "now(1)",
        "[1].map(current, 2)",
    ] {
        assert_eq!(problem(expression), "Type error with formula", "{expression}");
    }
}

#[test]
fn a_problem_says_what_is_wrong() {
    let reason = |expression: &str| {
        let checked = Formula::parse(expression).and_then(|formula| formula.result_type(&column));
        checked.expect_err(expression).reason
    };
    assert_eq!(reason("1 +"), "the expression ends where a value should be");
    assert_eq!(
        reason("dateBefore(now(), now())"),
        "there is no function `dateBefore`"
    );
    assert_eq!(reason("abs(1, 2)"), "`abs` does not take 2 arguments");
    assert_eq!(reason("prop(\"Missing\")"), "there is no property `Missing`");
    assert_eq!(reason("abs(\"a\")"), "argument 1 of `abs` is Text, not Number");
    assert_eq!(reason("1 < true"), "`<` is between Number and Boolean");
}
