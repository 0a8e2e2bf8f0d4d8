//! Words, precedence, operators and empty values.

use super::*;

#[test]
fn literals() {
    check(&[
        ("12", json!(12)),
        ("1.50", json!(1.5)),
        ("2e3", json!(2000)),
        ("true", json!(true)),
        (r#""a \"b\" \\ \d\n""#, json!("a \"b\" \\ \\d\n")),
        ("[1, \"b\", false]", json!("1,b,false")),
        ("/* all */ 1 /* of it */", json!(1)),
    ]);
}

#[test]
fn references() {
    check(&[
        ("prop(\"Name\")", json!("Write")),
        (r#"prop("Say \"hi\"")"#, json!("hi")),
        (
            "{{notion:block_property:n%3Aid:11111111-0000-4000-8000-000000000000:22222222-0000-4000-8000-000000000000}}* 2",
            json!(6),
        ),
        ("prop(\"Parts\").first().prop(\"Weight\") ", json!(4)),
        (
            "prop(\"Parts\").map(current.prop(\"Name\")).join(\" and \")",
            json!("Bolt and Nut"),
        ),
    ]);
    let formula =
        Formula::parse("prop(\"A\") + sum([prop(\"B\")], prop(\"A\")) + x.prop(\"C\")").expect("a formula");
    let called = |name: &str| Key::Name(name.to_owned());
    assert_eq!(formula.properties(), [&called("A"), &called("B")]);
}

#[test]
fn precedence() {
    check(&[
        ("1 + 2 * 3", json!(7)),
        ("(1 + 2) * 3", json!(9)),
        ("10 - 4 - 3", json!(3)),
        ("24 / 4 / 2", json!(3)),
        ("2 ^ 3 ^ 2", json!(512)),
        ("-2 ^ 2", json!(-4)),
        ("2 ^ -1", json!(0.5)),
        ("19 % -12", json!(7)),
        ("-19 % 12", json!(-7)),
        ("-20.abs()", json!(20)),
        ("-prop(\"Count\") * 2", json!(-6)),
        ("1 - -1", json!(2)),
        ("4 + 8 / 4 - 2 ^ 2", json!(2)),
        ("true or false and false", json!(true)),
        ("not true or true", json!(true)),
        ("!true == false", json!(true)),
        ("1 + 1 == 2 and 2 > 1", json!(true)),
        ("1 < 2 == true", json!(true)),
        ("false ? 1 : true ? 2 : 3", json!(2)),
        ("1 > 2 ? \"a\" : \"b\" + \"c\"", json!("bc")),
        ("1 != 2 && !(3 <= 2) || false", json!(true)),
        ("1 === 1 and 1 !== 2", json!(true)),
    ]);
}

#[test]
fn operators() {
    check(&[
        ("\"a\" + 1 + true", json!("a1true")),
        ("1 + 2 + \"a\"", json!("3a")),
        ("\"at \" + prop(\"Due\")", json!("at September 15, 2026")),
        ("\"by \" + prop(\"Author\")", json!("by Ada")),
        ("\"of \" + prop(\"Tags\")", json!("of red,blue")),
        ("1 / 0", json!(null)),
        ("0 / 0", json!(null)),
        ("\"b\" > \"a\"", json!(true)),
        ("prop(\"Due\") < now()", json!(true)),
        ("prop(\"Due\") == parseDate(\"2026-09-15\")", json!(true)),
        ("1 == \"1\"", json!(false)),
        ("[1, [2]] == [1, [2]]", json!(true)),
        ("prop(\"Team\").first() == prop(\"Author\")", json!(true)),
        ("0.1 + 0.2", json!(0.300_000_000_000_000_04)),
        ("true and 1", json!(true)),
        ("\"\" or 0", json!(false)),
    ]);
}

/// As it was measured at Notion in 2026, mostly.
#[test]
fn empty_values() {
    check(&[
        ("empty()", json!(null)),
        ("prop(\"Number\")", json!(null)),
        ("prop(\"Day\")", json!(null)),
        ("empty() + 1", json!(1)),
        ("prop(\"Number\") + 1", json!(1)),
        ("prop(\"Number\") * 2", json!(0)),
        ("prop(\"Number\") == 0", json!(false)),
        ("prop(\"Number\") < 1", json!(true)),
        ("prop(\"Text\") == \"\"", json!(false)),
        ("\"<\" + prop(\"Text\") + \">\"", json!("<>")),
        ("if(false, true, empty()) == false", json!(false)),
        ("prop(\"Day\") < now()", json!(false)),
        ("timestamp(prop(\"Day\"))", json!(null)),
        ("formatDate(prop(\"Day\"), \"YYYY\")", json!(null)),
        ("[1, empty(), 2]", json!("1,2")),
        ("format([1, empty(), 2])", json!("1,,2")),
        ("[[1, [\"\"]], empty(), [[], false]]", json!("1,,false")),
        ("[[], [empty()]]", json!(null)),
        ("join([1, empty(), 2], \",\")", json!("1,,2")),
        ("join([empty(), empty()], \",\")", json!(",")),
        ("map([1, empty()], index).join(\",\")", json!("0,1")),
        ("length([1, empty(), 2])", json!(3)),
        ("length(prop(\"Text\"))", json!(0)),
        ("if(false, [], empty()).map(current)", json!(null)),
        ("if(false, [], empty()).map(current).length()", json!(null)),
        ("length(if(false, [1], empty()))", json!(0)),
        ("[[], empty()].map(current.map(current)).length()", json!(2)),
        (
            "[[], empty()].map(current.map(current)).flat().length()",
            json!(1),
        ),
        ("format(1 / 0)", json!("")),
        ("empty(1 / 0)", json!(true)),
    ]);
}

/// A failure is no empty value: it takes the whole formula with it.
#[test]
fn failures() {
    check(&[
        ("test(\"abc\", prop(\"Pattern\"))", json!(null)),
        ("empty(test(\"abc\", prop(\"Pattern\")))", json!(null)),
        ("format(test(\"abc\", prop(\"Pattern\")))", json!(null)),
        ("if(false, test(\"abc\", prop(\"Pattern\")), true)", json!(true)),
        ("[test(\"abc\", prop(\"Pattern\"))].length()", json!(null)),
        ("[1].map(test(\"abc\", prop(\"Pattern\"))).length()", json!(1)),
        ("[1].map(test(\"abc\", prop(\"Pattern\"))).join(\",\")", json!("")),
        (
            "sum([2, if(test(\"abc\", prop(\"Pattern\")), 1, 1)])",
            json!(null),
        ),
        ("empty(repeat(\"ab\", prop(\"Number\")))", json!(null)),
    ]);
}

#[test]
fn an_empty_result_has_a_type() {
    for (expression, wanted) in [
        ("ifs(false, 11)", json!({"type": "number", "number": null})),
        ("ifs(false, \"hit\")", json!({"type": "string", "string": null})),
        ("ifs(false, true)", json!({"type": "boolean", "boolean": null})),
        ("ifs(false, now())", json!({"type": "date", "date": null})),
        ("ifs(false, [11])", json!({"type": "string", "string": null})),
        ("if(true, empty(), 1)", json!({"type": "number", "number": null})),
        ("ifs(true, 11, \"a\")", json!({"type": "number", "number": 11})),
        ("ifs(false, 11, \"a\")", json!({"type": "string", "string": "a"})),
        (
            "prop(\"Other formula\")",
            json!({"type": "string", "string": null}),
        ),
        (
            "prop(\"Large rollup\")",
            json!({"type": "unsupported", "unsupported": {}}),
        ),
        ("prop(\"Team\")", json!({"type": "string", "string": "Ada,Grace"})),
        (
            "prop(\"Parts\").last()",
            json!({"type": "string", "string": "Nut"}),
        ),
        (
            "prop(\"Trip\")",
            json!({"type": "date", "date": {"start": "2026-09-01", "end": "2026-09-04", "time_zone": null}}),
        ),
        (
            "prop(\"Call\")",
            json!({"type": "date", "date": {
                "start": "2026-09-15T09:30:00.000+00:00", "end": null, "time_zone": null
            }}),
        ),
    ] {
        assert_eq!(shown(expression), wanted, "{expression}");
    }
}

#[test]
fn what_cannot_be_read() {
    for expression in [
        "",
        "   ",
        "1 +",
        "(1",
        "1)",
        "[1, 2",
        "1 2",
        "= 1",
        "={{notion:block_property:abc:1:2}} * 2",
        "ifs(true,)",
        "[1,]",
        "prop(Name)",
        "prop(\"a\" + \"b\")",
        "prop()",
        "\"open",
        "'single'",
        "1 > 2 > 3",
        "1 == 1 == 1",
        "true ? 1",
        "1.foo",
        "f(1)(2)",
        "and",
        "\"a\".",
        "1 // 2",
        "{{notion:user:1}}",
    ] {
        assert_eq!(problem(expression), "Parse error with formula", "{expression}");
    }
}

/// Written back as it was recorded of Notion: with spaces, and with an operation inside of another in parentheses.
#[test]
fn writing() {
    for (given, wanted) in [
        ("1+2*3", "1 + (2 * 3)"),
        (
            "500+dateBetween(prop(\"Start\"),now(),\"years\")*10",
            "500 + (dateBetween(prop(\"Start\"), now(), \"years\") * 10)",
        ),
        (
            "if((prop(\"A\")==\"b\"),\"✅\",if(empty(prop(\"C\")),\"\",\"🕘\"))",
            "if(prop(\"A\") == \"b\", \"✅\", if(empty(prop(\"C\")), \"\", \"🕘\"))",
        ),
        ("(1-(2%3))+4", "(1 - (2 % 3)) + 4"),
        ("prop(\"A\") . length( )", "prop(\"A\").length()"),
        ("!a||b&&c", "not a or (b and c)"),
        ("a?b:c?d:e", "a ? b : (c ? d : e)"),
        ("(-2)^2", "(-2) ^ 2"),
        ("-2^2", "-(2 ^ 2)"),
        ("-20.abs()", "(-20).abs()"),
        ("-(20.abs())", "-(20.abs())"),
        ("- -0", "--0"),
        ("(a+b).format()", "(a + b).format()"),
        (
            "x.prop(\"N\\\"\").map(current*1.50)",
            "x.prop(\"N\\\"\").map(current * 1.5)",
        ),
        (r#"test("a\\b\d\\n", "\n\"")"#, r#"test("a\b\d\\n", "\n\"")"#),
        ("[ [] ,true] /* c */", "[[], true]"),
        ("a === b", "a == b"),
    ] {
        let formula = Formula::parse(given).expect(given);
        let written = formula.print(&as_called);
        assert_eq!(written, wanted, "{given}");
        assert_eq!(
            Formula::parse(&written).expect(given).print(&as_called),
            wanted,
            "{given}"
        );
    }
}

#[test]
fn a_column_gets_another_name() {
    let formula = Formula::parse("prop(\"A\") * {{notion:block_property:b%3A:1:2}} + x.prop(\"A\")")
        .expect("a formula");
    let written = formula.print(&|key| match key {
        Key::Name(_) => reference("New \"A\""),
        Key::Id(id) => format!("<{id}>"),
    });
    assert_eq!(written, r#"(prop("New \"A\"") * <b%3A>) + x.prop("A")"#);
}
