//! Nothing takes long, overflows or panics, whatever is asked for.

use std::time::{Duration, Instant};

use super::*;

fn unsupported(expression: &str) -> String {
    match evaluate(expression) {
        Outcome::Unsupported(reason) => reason,
        Outcome::Value(_) => panic!("{expression} has a value"),
    }
}

#[test]
fn expressions_have_a_greatest_depth() {
    let deep =
        |open: &str, close: &str, levels: usize| format!("{}1{}", open.repeat(levels), close.repeat(levels));
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("-", ""),
        ("!", ""),
        ("1 + (", ")"),
        ("2 ^ ", ""),
        ("true ? ", " : 1"),
        ("true ? 1 : ", ""),
        ("abs(", ")"),
        ("if(true, ", ", 1)"),
        ("let(x, ", ", x)"),
        ("1 + ", ""),
    ] {
        assert_eq!(
            problem(&deep(open, close, 50_000 / open.len())),
            "Parse error with formula",
            "{open}"
        );
        let formula =
            Formula::parse(&deep(open, close, 55)).unwrap_or_else(|problem| panic!("{open}: {problem:?}"));
        let _ = formula.result_type(&column);
        let written = formula.print(&as_called);
        assert!(Formula::parse(&written).is_ok(), "{open}");
    }
    assert_eq!(
        problem(&format!("1{}", ".abs()".repeat(5000))),
        "Parse error with formula"
    );
    assert_eq!(problem(&" ".repeat(1_000_000)), "Parse error with formula");
    check(&[(&format!("1{}", " + 1".repeat(100)), json!(101))]);
}

/// The deepest expressions fit into a stack that is smaller than that of any thread here.
#[test]
fn the_deepest_expression_fits_the_stack() {
    let deepest = std::thread::Builder::new().stack_size(1 << 20).spawn(|| {
        let expression = format!("{}1{}", "if(true, [1].map(".repeat(58), "), 0)".repeat(58));
        evaluate(&expression)
    });
    let outcome = deepest.expect("a thread").join().expect("no overflow");
    assert_eq!(
        outcome,
        Outcome::Unsupported("the result is too large".to_owned())
    );
}

#[test]
fn large_results_are_unsupported() {
    for expression in [
        "lets(a, repeat(\"x\", 10000), b, repeat(a, 10000), b)",
        "lets(a, repeat(\"x\", 10000), b, split(a, \"\"), b.map(a).join(\"\"))",
        "lets(a, repeat(\"x\", 10000), b, split(a, \"\"), b.map(b).map(current.map(a)))",
        "lets(a, [1,2,3,4,5,6,7,8,9,0], b, a.map(a), c, b.map(b), d, c.map(c), e, d.map(d), f, e.map(e), f == f)",
        "lets(a, [1,2,3,4,5,6,7,8,9,0], b, [a,a,a,a,a,a,a,a,a,a], c, [b,b,b,b,b,b,b,b,b,b], \
         d, [c,c,c,c,c,c,c,c,c,c], e, [d,d,d,d,d,d,d,d,d,d], f, [e,e,e,e,e,e,e,e,e,e], [f,f,f,f])",
        "lets(a, split(repeat(\"x\", 9999), \"\"), b, a.map(index), b.unique())",
        "lets(a, split(repeat(\"ab\", 10000), \"\"), a)",
        "lets(a, repeat(\"a\", 10000), b, repeat(a, 90), test(b, \"(a*)*(a*)*(a*)*b\") or b.replaceAll(\"a\", a) == \"\")",
        "lets(a, repeat(\"YYYY\", 10000), b, repeat(a, 20), formatDate(now(), b))",
        "[prop(\"Large rollup\")].length()",
    ] {
        let start = Instant::now();
        let reason = unsupported(expression);
        assert!(!reason.is_empty(), "{expression}");
        assert!(
            start.elapsed() < Duration::from_secs(3),
            "{expression}: {:?}",
            start.elapsed()
        );
    }
}

#[test]
fn patterns_that_are_too_large_fail() {
    check(&[
        ("test(\"a\", \"(((a{100}){100}){100}){100}\")", json!(null)),
        (
            "test(\"a\", repeat(\"(\", 10000) + repeat(\")\", 10000))",
            json!(null),
        ),
    ]);
}

/// Random expressions of every word there is: most cannot be read, and none does harm.
#[test]
fn random_words() {
    let words: Vec<&str> = "1 2.5 -1 0 1e300 \"a\" \"2026-01-31\" \"days\" \"[\" \"(a|b)*\" \"\" true false [ ] ( ) ( ) , , , . . \
                            + - * / % ^ == != < >= and or not ? : current index x let( lets( if( ifs( map( filter( sort( \
                            prop(\"Number\") prop(\"Due\") prop(\"Tags\") prop(\"Parts\") prop(\"Name\") prop(\"Trip\") \
                            .length() .first() .last() .flat() .unique() .join(\",\") .format() .sum() .reverse() now() \
                            .dateAdd(1,\"months\") .repeat(1000) .split(\"\") .prop(\"Weight\") .round() .substring(1) \
                            dateBetween( dateAdd( replaceAll( formatDate( formatNumber( splice( slice( repeat( padStart( \
                            toNumber( fromTimestamp( parseDate( empty( empty() {{notion:block_property:a:b:c}} /* \\ § \""
        .split_whitespace()
        .collect();
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    let mut read = 0;
    for _ in 0..40_000 {
        let length = 1 + random(12);
        let mut expression = String::new();
        let mut open = 0;
        for _ in 0..length {
            let word = words[random(words.len())];
            open += word.matches('(').count();
            open = open.saturating_sub(word.matches(')').count());
            expression.push_str(word);
            expression.push(' ');
        }
        // Half of them are closed, so that more can be read.
        if random(2) == 0 {
            expression.push_str(&")".repeat(open));
        }
        let Ok(formula) = Formula::parse(&expression) else {
            continue;
        };
        read += 1;
        let own = formula.result_type(&column).unwrap_or(Type::Unknown);
        let shown = answer(&evaluate(&expression), &own);
        assert!(shown["type"].is_string(), "{expression}");
        let written = formula.print(&as_called);
        let again = Formula::parse(&written)
            .unwrap_or_else(|problem| panic!("{expression} -> {written}: {problem:?}"));
        assert_eq!(again.print(&as_called), written, "{expression}");
        assert_eq!(
            evaluate(&written),
            evaluate(&expression),
            "{expression} -> {written}"
        );
    }
    assert!(read > 1000, "only {read} could be read");
}
