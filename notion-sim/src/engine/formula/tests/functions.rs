//! Every function, a test per family.

use super::super::functions;
use super::*;

#[test]
fn logic() {
    check(&[
        ("if(prop(\"Count\") > 2, \"many\", \"few\")", json!("many")),
        ("ifs(false, 1, true, 2, 3)", json!(2)),
        ("ifs(false, 1, false, 2, 3)", json!(3)),
        ("ifs(\"true\", 11)", json!(11)),
        ("and(true, 1, \"a\")", json!(true)),
        ("or(false, 0, \"\", [])", json!(false)),
        ("not(true)", json!(false)),
        ("or(true, test(\"a\", \"[\"))", json!(true)),
        ("let(x, 2, x * x)", json!(4)),
        (
            "lets(a, \"Hello\", b, a + \" world\", b + \"!\")",
            json!("Hello world!"),
        ),
        ("let(x, 1, let(x, x + 1, x) + x)", json!(3)),
        ("equal(1, 1) and unequal(1, 2)", json!(true)),
        (
            "empty(0) and empty(\"\") and empty([]) and empty(false)",
            json!(true),
        ),
        (
            "empty(prop(\"Due\")) or empty(fromTimestamp(0)) or empty(\" \")",
            json!(false),
        ),
        ("length(\"hello\") + length([1, 2])", json!(7)),
        ("\"🦊\".length()", json!(2)),
        (
            "format(12.5) + format(true) + format([1, 2])",
            json!("12.5true1,2"),
        ),
        ("format(prop(\"Call\"))", json!("September 15, 2026 09:30")),
        (
            "format(prop(\"Trip\"))",
            json!("September 1, 2026 → September 4, 2026"),
        ),
        ("id()", json!("00000000000000000000000000000abc")),
        (
            "prop(\"Parts\").last().id()",
            json!("00000000000000000000000000000002"),
        ),
        (
            "prop(\"Author\").name() + prop(\"Author\").email()",
            json!("Adaada@example.com"),
        ),
        (
            "prop(\"Team\").map(name(current)).join(\", \")",
            json!("Ada, Grace"),
        ),
    ]);
}

#[test]
fn text() {
    check(&[
        ("substring(\"Notebook\", 0, 4)", json!("Note")),
        ("substring(\"Notebook\", 4)", json!("book")),
        ("substring(\"abc\", 2, 0)", json!("ab")),
        ("substring(\"abc\", -5, 99)", json!("abc")),
        ("contains(\"Notebook\", \"boo\")", json!(true)),
        ("prop(\"Text\").contains(\"a\")", json!(false)),
        ("test(\"Room 12\", \"\\d+\")", json!(true)),
        ("test(\"Room\", \"^\\d\")", json!(false)),
        ("match(\"a1b22\", \"\\d+\")", json!("1,22")),
        ("match(\"a\", \"\\d\").length()", json!(0)),
        ("replace(\"aaa\", \"a\", \"b\")", json!("baa")),
        ("replaceAll(\"aaa\", \"a\", \"b\")", json!("bbb")),
        (
            "replaceAll(\"Ada Lovelace\", \"(\\w+) (\\w+)\", \"$2, $1\")",
            json!("Lovelace, Ada"),
        ),
        (
            "replaceAll(\"abc\", \"(b)\", \"[$1x$12$&$$$]\")",
            json!("a[bxb2b$$]c"),
        ),
        ("replaceAll(\"a\", \"(?=a)\", \"-\")", json!(null)),
        ("lower(\"ÄB\") + upper(\"äb\")", json!("äbÄB")),
        ("trim(\"  a \n\")", json!("a")),
        ("repeat(\"ab\", 1.1) + repeat(\"-\", -1)", json!("abab")),
        ("length(repeat(\"ab\", 1000000))", json!(20_000)),
        (
            "padStart(\"7\", 3, \"0\") + padEnd(7, 3, \"ab\")",
            json!("0077ab"),
        ),
        (
            "padStart(\"long\", 2, \"0\") + padEnd(\"\", 2, \"\")",
            json!("long"),
        ),
        ("split(\"a, b\", \", \").last()", json!("b")),
        ("split(\"abc\", \"\").length()", json!(3)),
        ("split(\"\", \",\").length()", json!(1)),
        ("link(\"Docs\", \"https://example.com\")", json!("Docs")),
        (
            "style(\"Now\", \"b\", \"red_background\") + unstyle(\"x\", \"b\")",
            json!("Nowx"),
        ),
        ("5.lower()", json!("5")),
    ]);
}

#[test]
fn number() {
    check(&[
        (
            "add(1, 2) + subtract(5, 3) + multiply(2, 3) + divide(9, 3)",
            json!(14),
        ),
        ("mod(7, 3) + pow(2, 5) + mod(-19, 12)", json!(26)),
        ("add(\"a\", 1)", json!("a1")),
        ("sum(1, [2, 3], 4) + [5].sum()", json!(15)),
        ("mean([2, prop(\"Number\"), 4])", json!(3)),
        ("median([1, 9, 2]) + median(1, 2, 3, 10)", json!(4.5)),
        ("min(3, [1, 2]) + max([3], 2)", json!(4)),
        ("min(2, if(false, 1, empty()), 4)", json!(2)),
        ("sum(filter([1], current > 1))", json!(0)),
        ("max(filter([1], current > 1))", json!(null)),
        ("mean(filter([1], current > 1))", json!(null)),
        ("median(filter([1], current > 1))", json!(null)),
        ("abs(-2) + ceil(1.2) + floor(1.8)", json!(5)),
        (
            "[0.4, 0.5, -0.6, -0.5, 2.5].map(round(current))",
            json!("0,1,-1,0,3"),
        ),
        ("round(1.2345, 2)", json!(1.23)),
        ("round(1250, -2)", json!(1300)),
        ("round(prop(\"Number\"))", json!(null)),
        ("sqrt(16) + cbrt(27) + sign(-9) + sign(0)", json!(6)),
        ("sqrt(-1)", json!(null)),
        ("log10(1000) + log2(8) + ln(e()) + exp(0)", json!(8)),
        ("round(pi() * 100)", json!(314)),
        (
            "toNumber(\"42 rabbits\") + toNumber(\" -1.5e1x\") + toNumber(true)",
            json!(28),
        ),
        (
            "[\"rabbits\", \"\", \"-\", \".\", \"e5\"].map(toNumber(current))",
            json!(null),
        ),
        (
            "toNumber(\".5\") + toNumber(\"1.\") + toNumber(\"2e\")",
            json!(3.5),
        ),
        ("toNumber(parseDate(\"1970-01-02\"))", json!(86_400_000)),
        ("formatNumber(12345.678)", json!("12,345.678")),
        ("formatNumber(0.256, \"percent\", 1)", json!("25.6%")),
        ("formatNumber(1, \"gold\")", json!(null)),
    ]);
}

#[test]
fn date() {
    check(&[
        (
            "formatDate(now(), \"YYYY-MM-DD HH:mm:ss\")",
            json!("2026-10-02 16:45:00"),
        ),
        (
            "today()",
            json!({"start": "2026-10-02", "end": null, "time_zone": null}),
        ),
        (
            "[minute(prop(\"Call\")), hour(prop(\"Call\")), day(prop(\"Call\")), date(prop(\"Call\"))]",
            json!("30,9,2,15"),
        ),
        (
            "[week(prop(\"Call\")), month(prop(\"Call\")), year(prop(\"Call\"))]",
            json!("38,9,2026"),
        ),
        ("day(parseDate(\"2026-09-20\"))", json!(7)),
        (
            "dateAdd(prop(\"Due\"), 1, \"months\").formatDate(\"MMM D\")",
            json!("Oct 15"),
        ),
        (
            "dateAdd(parseDate(\"2026-01-31\"), 1, \"months\").date()",
            json!(28),
        ),
        (
            "dateAdd(prop(\"Due\"), 2, \"quarters\").formatDate(\"L\")",
            json!("03/15/2027"),
        ),
        ("dateSubtract(prop(\"Due\"), 2, \"weeks\").date()", json!(1)),
        (
            "dateAdd(prop(\"Due\"), 90, \"minutes\")",
            json!({"start": "2026-09-15T01:30:00.000+00:00", "end": null, "time_zone": null}),
        ),
        (
            "dateSubtract(prop(\"Due\"), hour(prop(\"Due\")), \"hours\")",
            json!({"start": "2026-09-15", "end": null, "time_zone": null}),
        ),
        (
            "dateAdd(prop(\"Trip\"), 1, \"years\")",
            json!({"start": "2027-09-01", "end": "2027-09-04", "time_zone": null}),
        ),
        ("dateAdd(prop(\"Due\"), 1, \"moons\")", json!(null)),
        ("dateAdd(prop(\"Due\"), 10 ^ 9, \"years\")", json!(null)),
        ("dateSubtract(prop(\"Due\"), 3000, \"years\")", json!(null)),
        ("dateBetween(now(), prop(\"Due\"), \"days\")", json!(17)),
        ("dateBetween(prop(\"Due\"), now(), \"days\")", json!(-17)),
        (
            "dateBetween(parseDate(\"2026-12-25\"), parseDate(\"2026-06-26\"), \"months\")",
            json!(5),
        ),
        (
            "dateBetween(parseDate(\"2020-01-01\"), parseDate(\"2026-06-26\"), \"years\")",
            json!(-6),
        ),
        (
            "dateBetween(parseDate(\"2026-12-31\"), parseDate(\"2026-01-01\"), \"quarters\")",
            json!(3),
        ),
        (
            "dateBetween(prop(\"Call\"), prop(\"Due\"), \"minutes\")",
            json!(570),
        ),
        ("dateBetween(prop(\"Call\"), prop(\"Call\"), \"weeks\")", json!(0)),
        (
            "dateBetween(dateStart(prop(\"Trip\")), dateEnd(prop(\"Trip\")), \"days\")",
            json!(-3),
        ),
        (
            "dateRange(prop(\"Due\"), prop(\"Call\"))",
            json!({"start": "2026-09-15", "end": "2026-09-15T09:30:00.000+00:00", "time_zone": null}),
        ),
        ("dateEnd(prop(\"Due\")) == prop(\"Due\")", json!(true)),
        (
            "timestamp(fromTimestamp(1789464612345))",
            json!(1_789_464_612_345_i64),
        ),
        ("fromTimestamp(toNumber(\"\"))", json!(null)),
        ("fromTimestamp(10 ^ 20)", json!(null)),
        (
            "formatDate(prop(\"Call\"), \"[Week] W, dddd, MMMM Do, h:mm A\")",
            json!("Week 38, Tuesday, September 15th, 9:30 AM"),
        ),
        (
            "parseDate(\"2026-09-15T11:30:00+02:00\") == prop(\"Call\")",
            json!(true),
        ),
        ("parseDate(\"2026-09-15T09:30Z\") == prop(\"Call\")", json!(true)),
        (
            "parseDate(\"2026\").month() + parseDate(\"2026-05\").month()",
            json!(6),
        ),
        ("empty(parseDate(\"tomorrow\"))", json!(true)),
    ]);
}

#[test]
fn list() {
    check(&[
        ("at([1, 2, 3], 1) + at([1, 2, 3], -1)", json!(5)),
        ("[at([1], 5), at([1], -5), first(prop(\"No tags\"))]", json!(null)),
        ("first(prop(\"Tags\")) + last(prop(\"Tags\"))", json!("redblue")),
        ("slice([1, 2, 3], 1)", json!("2,3")),
        ("slice([1, 2, 3], 0, -1)", json!("1,2")),
        ("slice([1, 2, 3], 2, 1)", json!(null)),
        ("splice([1, 2, 3], 1, 1, 8, 9)", json!("1,8,9,3")),
        ("splice([1, 2, 3], -1)", json!("1,2")),
        ("concat([1], [2, 3], [])", json!("1,2,3")),
        ("reverse([1, 2])", json!("2,1")),
        ("join([1, true, \"a\"], \"; \")", json!("1; true; a")),
        ("join(prop(\"Parts\"), \"+\")", json!("Bolt+Nut")),
        ("unique([1, 1, 2, \"1\"])", json!("1,2,1")),
        ("length(unique([prop(\"Number\"), 0]))", json!(2)),
        ("includes(prop(\"Tags\"), \"red\")", json!(true)),
        ("prop(\"Tags\").includes(\"Red\")", json!(false)),
        ("flat([[1, [2]], 3])", json!("1,2,3")),
        ("length(flat([[1, [2]], 3, empty()]))", json!(4)),
        ("length(flat([[[]]]))", json!(1)),
        ("map([1, 2], current * 2 + index)", json!("2,5")),
        (
            "[[1, 2], [3]].map(current.map(current * 10).sum())",
            json!("30,30"),
        ),
        ("filter([1, 2, 3], current > 1)", json!("2,3")),
        ("find([1, 2, 3], current > 1)", json!(2)),
        ("find([1], current > 1)", json!(null)),
        (
            "findIndex([5, 6], current == 6) + findIndex([5], current == 6)",
            json!(0),
        ),
        (
            "some([1, 2], current == 2) and every([1, 2], current > 0)",
            json!(true),
        ),
        (
            "some(prop(\"No tags\"), true) or not every(prop(\"No tags\"), false)",
            json!(false),
        ),
        ("count([1, 2, 3], current != 2) + count([1])", json!(3)),
        ("sort([3, empty(), 1, 10])", json!("1,3,10")),
        ("sort([2, empty(), 1]).length()", json!(2)),
        ("sort([\"b\", \"a\"])", json!("a,b")),
        (
            "sort([\"ccc\", \"a\", \"bb\"], current.length())",
            json!("a,bb,ccc"),
        ),
        (
            "prop(\"Parts\").sort(current.prop(\"Weight\"))",
            json!("Nut,Bolt"),
        ),
        (
            "prop(\"Parts\").filter(current.prop(\"Name\") != \"Nut\").length()",
            json!(1),
        ),
    ]);
}

/// All that Notion's help lists.
#[test]
fn no_function_is_missing() {
    let names = "if ifs and or empty length substring contains test match replace replaceAll lower upper trim repeat \
                 padStart padEnd link style unstyle format formatNumber add subtract multiply mod pow divide min max sum \
                 median mean abs round ceil floor sqrt cbrt exp ln log10 log2 sign pi e toNumber now today minute hour day \
                 date week month year dateAdd dateSubtract dateBetween dateRange dateStart dateEnd timestamp fromTimestamp \
                 formatDate parseDate name email at first last slice splice concat sort reverse join split unique includes \
                 find findIndex filter some every map flat count id equal unequal let lets";
    for name in names.split_whitespace() {
        assert!(functions::find(name).is_some(), "{name}");
    }
}
