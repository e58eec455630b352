//! What patterns pick. The cases follow EventBridge's documentation of its operators, with values of our own.

use atrium_trail::rules::{EventPattern, LARGEST_PATTERN};
use proptest::prelude::*;
use serde_json::{Value, json};

fn matches(pattern: &Value, event: &Value) -> bool {
    let read = EventPattern::parse(&pattern.to_string());
    read.unwrap_or_else(|error| panic!("{pattern}: {error}"))
        .matches(event)
}

/// Holds a list of what a value may be against values of a field: those that it takes and those that it doesn't.
fn check(list: Value, takes: &[Value], refuses: &[Value]) {
    let pattern = json!({"detail": {"x": list}});
    for (values, want) in [(takes, true), (refuses, false)] {
        for value in values {
            let event = json!({"detail": {"x": value, "y": "other"}});
            assert_eq!(matches(&pattern, &event), want, "{list} and {value}");
        }
    }
}

#[test]
fn literals() {
    check(
        json!(["a", "b"]),
        &[json!("a"), json!("b")],
        &[json!("A"), json!("ab"), json!(""), json!(null)],
    );
    check(json!([""]), &[json!("")], &[json!(" "), json!(null)]);
    check(
        json!([null]),
        &[json!(null)],
        &[json!("null"), json!(0), json!("")],
    );
    check(
        json!([true]),
        &[json!(true)],
        &[json!(false), json!("true"), json!(1)],
    );
    check(
        json!([300]),
        &[json!(300), json!(300.0), json!(3.0e2)],
        &[json!("300"), json!(301), json!(300.01)],
    );
    check(
        json!([9_007_199_254_740_993_i64]),
        &[json!(9_007_199_254_740_993_i64)],
        &[json!(9_007_199_254_740_992_i64)],
    );
}

#[test]
fn beginnings_and_ends() {
    check(
        json!([{"prefix": "us-"}]),
        &[json!("us-east-1"), json!("us-")],
        &[json!("eu-"), json!("US-"), json!(1)],
    );
    check(
        json!([{"prefix": {"equals-ignore-case": "éT"}}]),
        &[json!("ÉTÉ"), json!("ét")],
        &[json!("é"), json!("xét")],
    );
    check(
        json!([{"suffix": ".png"}]),
        &[json!("a.png"), json!(".png")],
        &[json!("a.PNG"), json!("png")],
    );
    check(
        json!([{"suffix": {"equals-ignore-case": ".Png"}}]),
        &[json!("a.pNG"), json!("A.png")],
        &[json!("a.jpg"), json!("ng")],
    );
    check(
        json!([{"equals-ignore-case": "Alice"}]),
        &[json!("ALICE"), json!("alice")],
        &[json!("alic"), json!("alicee")],
    );
}

#[test]
fn wildcards() {
    check(
        json!([{"wildcard": "dir/*.png"}]),
        &[json!("dir/a.png"), json!("dir/.png"), json!("dir/b/c.png")],
        &[json!("dir/a.jpg"), json!("dir.png"), json!("xdir/a.png")],
    );
    check(
        json!([{"wildcard": "*Simple*Name*"}]),
        &[
            json!("SimpleName"),
            json!("aSimple and a Name."),
            json!("SimpleSimpleName"),
        ],
        &[json!("NameSimple"), json!("Simple")],
    );
    check(
        json!([{"wildcard": "a*a"}]),
        &[json!("aa"), json!("aba")],
        &[json!("a"), json!("ab")],
    );
    check(
        json!([{"wildcard": "ab*abc"}]),
        &[json!("ababc"), json!("ababcabc")],
        &[json!("abc"), json!("ababcab")],
    );
    check(
        json!([{"wildcard": "1\\*2\\\\3"}]),
        &[json!("1*2\\3")],
        &[json!("112\\3"), json!("1\\*2\\\\3")],
    );
    check(
        json!([{"wildcard": "*"}]),
        &[json!(""), json!("x")],
        &[json!(1), json!(null)],
    );
    check(
        json!([{"wildcard": "plain"}]),
        &[json!("plain")],
        &[json!("plains"), json!("")],
    );
}

#[test]
fn everything_but() {
    check(
        json!([{"anything-but": "a"}]),
        &[json!("b"), json!(1), json!(null)],
        &[json!("a")],
    );
    check(
        json!([{"anything-but": ["a", "b"]}]),
        &[json!("c")],
        &[json!("a"), json!("b")],
    );
    check(
        json!([{"anything-but": 7}]),
        &[json!(8), json!("7")],
        &[json!(7), json!(7.0)],
    );
    check(
        json!([{"anything-but": [1, 2]}]),
        &[json!(3)],
        &[json!(1), json!(2)],
    );
    check(
        json!([{"anything-but": {"prefix": "aws."}}]),
        &[json!("x"), json!(5)],
        &[json!("aws.sso")],
    );
    check(
        json!([{"anything-but": {"prefix": ["a", "b"]}}]),
        &[json!("c")],
        &[json!("ax"), json!("bx")],
    );
    check(
        json!([{"anything-but": {"suffix": ".txt"}}]),
        &[json!("a.TXT")],
        &[json!("a.txt")],
    );
    check(
        json!([{"anything-but": {"equals-ignore-case": "a"}}]),
        &[json!("b")],
        &[json!("A"), json!("a")],
    );
    check(
        json!([{"anything-but": {"wildcard": ["*x*", "y*"]}}]),
        &[json!("by")],
        &[json!("axb"), json!("yb")],
    );
    // What is not there is not anything.
    let pattern = json!({"detail": {"z": [{"anything-but": "a"}]}});
    assert!(!matches(&pattern, &json!({"detail": {"x": 1}})));
}

#[test]
fn numbers() {
    check(
        json!([{"numeric": ["=", 5]}]),
        &[json!(5), json!(5.0)],
        &[json!(4), json!("5")],
    );
    check(
        json!([{"numeric": [">", 0, "<=", 5]}]),
        &[json!(0.1), json!(5)],
        &[json!(0), json!(5.1), json!(-1)],
    );
    check(
        json!([{"numeric": ["<", 10]}]),
        &[json!(-1e300), json!(9.99)],
        &[json!(10), json!(null)],
    );
    check(
        json!([{"numeric": ["<", 3, ">=", 1]}]),
        &[json!(1), json!(2)],
        &[json!(3), json!(0)],
    );
    check(
        json!([{"numeric": ["<", 1]}, {"numeric": [">", 5]}]),
        &[json!(0), json!(6)],
        &[json!(3)],
    );
}

#[test]
fn networks() {
    check(
        json!([{"cidr": "10.0.0.0/24"}]),
        &[json!("10.0.0.0"), json!("10.0.0.255")],
        &[
            json!("10.0.1.0"),
            json!("::1"),
            json!("AWS Internal"),
            json!(10),
        ],
    );
    check(
        json!([{"cidr": "2001:db8::/32"}]),
        &[json!("2001:db8:1::1")],
        &[json!("2001:db9::1"), json!("10.0.0.1")],
    );
}

#[test]
fn what_is_there_and_what_is_not() {
    let there = json!({"detail": {"x": [{"exists": true}]}});
    let absent = json!({"detail": {"x": [{"exists": false}]}});
    let either = json!({"detail": {"x": [{"exists": false}, "a"]}});
    let cases = [
        ("a text", json!({"detail": {"x": "a"}}), [true, false, true]),
        (
            "another",
            json!({"detail": {"x": "b"}}),
            [true, false, false],
        ),
        ("null", json!({"detail": {"x": null}}), [true, false, false]),
        ("nothing", json!({"detail": {"y": 1}}), [false, true, true]),
        ("no detail", json!({}), [false, true, true]),
        (
            "detail is a text",
            json!({"detail": "x"}),
            [false, true, true],
        ),
        // Only values exist, not what has fields of its own, nor a list without elements.
        (
            "an object",
            json!({"detail": {"x": {"y": 1}}}),
            [false, true, true],
        ),
        (
            "an empty list",
            json!({"detail": {"x": []}}),
            [false, true, true],
        ),
        (
            "a list",
            json!({"detail": {"x": ["b", "a"]}}),
            [true, false, true],
        ),
    ];
    for (case, event, want) in cases {
        let found = [&there, &absent, &either].map(|pattern| matches(pattern, &event));
        assert_eq!(found, want, "{case}");
    }
}

#[test]
fn lists_in_events() {
    let event = json!({"tags": ["blue", ["green"], 3], "parts": [
        {"name": "door", "size": 1, "more": [{"a": 1}, {"b": 2}]},
        {"name": "wall", "size": 2},
        "loose",
    ]});
    let cases = [
        ("one is enough", json!({"tags": ["red", "green"]}), true),
        ("none of them", json!({"tags": ["red"]}), false),
        (
            "one that is not",
            json!({"tags": [{"anything-but": "blue"}]}),
            true,
        ),
        (
            "in one element",
            json!({"parts": {"name": ["door"], "size": [1]}}),
            true,
        ),
        (
            "spread over two",
            json!({"parts": {"name": ["door"], "size": [2]}}),
            false,
        ),
        (
            "deeper",
            json!({"parts": {"name": ["door"], "more": {"b": [2]}}}),
            true,
        ),
        (
            "deeper, spread",
            json!({"parts": {"more": {"a": [1], "b": [2]}}}),
            false,
        ),
        (
            "not in that element",
            json!({"parts": {"name": ["wall"], "more": {"a": [{"exists": false}]}}}),
            true,
        ),
        (
            "in none of them",
            json!({"parts": {"colour": [{"exists": false}]}}),
            true,
        ),
        (
            "in some of them",
            json!({"parts": {"size": [{"exists": false}]}}),
            false,
        ),
        ("not a value", json!({"parts": ["loose"]}), true),
    ];
    for (case, pattern, want) in cases {
        assert_eq!(matches(&pattern, &event), want, "{case}");
    }
}

#[test]
fn choices() {
    let pattern = json!({"source": ["aws.sso"], "$or": [
        {"detail": {"a": [1]}},
        {"detail": {"b": [2], "c": [3]}},
    ]});
    let cases = [
        (json!({"source": "aws.sso", "detail": {"a": 1}}), true),
        (
            json!({"source": "aws.sso", "detail": {"b": 2, "c": 3}}),
            true,
        ),
        (json!({"source": "aws.sso", "detail": {"b": 2}}), false),
        (json!({"source": "aws.iam", "detail": {"a": 1}}), false),
        (json!({"source": "aws.sso"}), false),
    ];
    for (event, want) in cases {
        assert_eq!(matches(&pattern, &event), want, "{event}");
    }
    // Within an object; and each of two must be satisfied.
    let inner = json!({"detail": {"$or": [{"a": [1]}, {"b": [{"exists": false}]}], "x": ["y"]}});
    assert!(matches(&inner, &json!({"detail": {"x": "y"}})));
    assert!(!matches(&inner, &json!({"detail": {"x": "y", "b": 1}})));
}

#[test]
fn what_is_no_pattern_says_where_and_why() {
    let deep = |depth: usize| (0..depth).fold(json!(["x"]), |inner, _| json!({"a": inner}));
    let cases = [
        (json!([]), "`the pattern`: expected an object"),
        (json!({}), "`the pattern`: an empty object"),
        (json!({"a": "x"}), "`a`: expected an object, or a list"),
        (json!({"a": []}), "`a`: an empty list"),
        (json!({"a": {}}), "`a`: an empty object"),
        (json!({"a": {"b": 1}}), "`a.b`: expected"),
        (json!({"a": [["x"]]}), "`a`: a list within a list"),
        (
            json!({"a": [{}]}),
            "`a`: a condition is an object with one field",
        ),
        (
            json!({"a": [{"prefix": "a", "suffix": "b"}]}),
            "`a`: a condition is",
        ),
        (json!({"a": [{"like": "a"}]}), "`a.like`: no such condition"),
        (json!({"a": [{"prefix": 1}]}), "`a.prefix`: expected a text"),
        (
            json!({"a": [{"wildcard": "a**b"}]}),
            "`a.wildcard`: two `*`",
        ),
        (
            json!({"a": [{"wildcard": "a\\b"}]}),
            "`a.wildcard`: after `\\`",
        ),
        (
            json!({"a": [{"wildcard": "a\\"}]}),
            "`a.wildcard`: after `\\`",
        ),
        (
            json!({"a": [{"exists": "yes"}]}),
            "`a.exists`: expected true or false",
        ),
        (
            json!({"a": [{"cidr": "10.0.0.0"}]}),
            "`a.cidr`: expected a network",
        ),
        (
            json!({"a": [{"cidr": "10.0.0.0/33"}]}),
            "`a.cidr`: expected a network",
        ),
        (
            json!({"a": [{"numeric": []}]}),
            "`a.numeric`: expected a list",
        ),
        (
            json!({"a": [{"numeric": [">"]}]}),
            "`a.numeric`: expected a list",
        ),
        (
            json!({"a": [{"numeric": ["=", 1, "<", 2]}]}),
            "`a.numeric`: expected a list",
        ),
        (
            json!({"a": [{"numeric": [">", 1, ">", 2]}]}),
            "`a.numeric`: expected a list",
        ),
        (
            json!({"a": [{"numeric": [">", 5, "<", 5]}]}),
            "`a.numeric`: no number",
        ),
        (
            json!({"a": [{"numeric": ["<", 5e10]}]}),
            "`a.numeric`: numbers lie between",
        ),
        (
            json!({"a": [{"anything-but": []}]}),
            "`a.anything-but`: expected",
        ),
        (
            json!({"a": [{"anything-but": ["x", 1]}]}),
            "`a.anything-but`: expected",
        ),
        (
            json!({"a": [{"anything-but": {"prefix": ""}}]}),
            "`a.anything-but`: `prefix`: expected texts",
        ),
        (
            json!({"a": [{"anything-but": {"exists": "x"}}]}),
            "`a.anything-but`: `exists`: no such",
        ),
        (json!({"$or": [{"a": [1]}]}), "`$or`: expected two objects"),
        (
            json!({"$or": [{"a": [1]}, 2]}),
            "`$or`: expected a list of objects",
        ),
        (json!({"a": [{"x".repeat(9): "a".repeat(2048)}]}), "it has "),
        (deep(40), "`a.a.a.a.a.a.a"),
    ];
    for (pattern, want) in cases {
        let error = EventPattern::parse(&pattern.to_string()).unwrap_err();
        let said = error.to_string();
        assert!(said.starts_with(want), "{pattern} says {said}");
    }
    assert!(EventPattern::parse("{").is_err());
    assert!(EventPattern::new(&deep(31)).is_ok());
    let long = json!({"a": ["a".repeat(LARGEST_PATTERN)]});
    assert!(EventPattern::new(&long).is_err());
}

#[test]
fn a_key_is_there_once_at_every_level() {
    let cases = [
        (
            r#"{"detail": {"eventName": ["A"]}, "detail": {"errorCode": ["B"]}}"#,
            Some("detail"),
        ),
        (
            r#"{"detail": {"eventName": ["A"], "eventName": ["B"]}}"#,
            Some("detail.eventName"),
        ),
        (
            r#"{"detail": {"x": ["A"], "\u0078": ["A"]}}"#,
            Some("detail.x"),
        ),
        (
            r#"{"a": ["b", {"prefix": "c", "prefix": "d"}]}"#,
            Some("a.prefix"),
        ),
        (
            r#"{"a": [{"anything-but": {"suffix": "c", "suffix": "d"}}]}"#,
            Some("a.anything-but.suffix"),
        ),
        (
            r#"{"$or": [{"a": [1]}, {"b": [1], "b": [2]}]}"#,
            Some("$or.b"),
        ),
        (
            r#"{"$or": [{"a": [1]}, {"b": [1]}], "$or": [{"c": [1]}, {"d": [1]}]}"#,
            Some("$or"),
        ),
        (
            r#"{"$or": [{"a": [1]}, {"a": [2.5]}], "a": [null], "b": {"a": [-1, true]}}"#,
            None,
        ),
    ];
    for (text, want) in cases {
        let said = EventPattern::parse(text)
            .err()
            .map(|error| error.to_string());
        let want = want.map(|path| format!("`{path}`: the key is there twice"));
        assert_eq!(said, want, "{text}");
    }
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        "[ab*]{0,4}".prop_map(Value::from),
        (-3i64..3).prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ]
}

fn event() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[abc]", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A wildcard read literally: what it means, without a thought for speed.
fn covers(pattern: &[char], text: &[char]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some(('*', rest)), _) => (0..=text.len()).any(|taken| covers(rest, &text[taken..])),
        (Some((a, pattern)), Some((b, text))) => a == b && covers(pattern, text),
        _ => false,
    }
}

proptest! {
    #[test]
    fn any_text_is_a_pattern_or_refused(text in "\\PC{0,60}", event in event()) {
        if let Ok(pattern) = EventPattern::parse(&text) {
            pattern.matches(&event);
        }
    }

    #[test]
    fn any_json_is_a_pattern_or_refused(value in event(), event in event()) {
        if let Ok(pattern) = EventPattern::new(&value) {
            pattern.matches(&event);
        }
    }

    #[test]
    fn a_value_is_matched_by_itself_and_not_by_anything_else(value in scalar(), other in scalar()) {
        let pattern = json!({"x": [value]});
        let itself = json!({"x": value, "y": other});
        prop_assert!(matches(&pattern, &itself));
        prop_assert_eq!(matches(&pattern, &json!({"x": other})), value == other);
    }

    #[test]
    fn anything_but_is_the_opposite_where_there_is_one_value(unwanted in "[ab]{1,2}", value in scalar()) {
        for operator in ["prefix", "suffix", "equals-ignore-case", "wildcard"] {
            let event = json!({"x": value});
            let wanted = matches(&json!({"x": [{operator: unwanted}]}), &event);
            let but = matches(&json!({"x": [{"anything-but": {operator: unwanted}}]}), &event);
            prop_assert_eq!(wanted, !but, "{}", operator);
        }
    }

    #[test]
    fn wildcards_mean_what_they_say(pattern in "[ab*]{0,6}", text in "[ab]{0,8}") {
        prop_assume!(!pattern.contains("**"));
        let (p, t): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
        let found = matches(&json!({"x": [{"wildcard": pattern}]}), &json!({"x": text}));
        prop_assert_eq!(found, covers(&p, &t));
    }

    #[test]
    fn all_fields_must_match_and_one_of_a_choice(event in event(), a in scalar(), b in scalar()) {
        let (a, b) = (json!({"a": [a]}), json!({"b": [b]}));
        prop_assume!(!event.is_array());
        let both = json!({"a": a["a"], "b": b["b"]});
        prop_assert_eq!(matches(&both, &event), matches(&a, &event) && matches(&b, &event));
        let one = json!({"$or": [a, b]});
        prop_assert_eq!(matches(&one, &event), matches(&a, &event) || matches(&b, &event));
    }

    #[test]
    fn ranges_hold_numbers_between_their_bounds(low in -9i32..9, width in 1i32..9, number in -20i32..20) {
        let high = low + width;
        let event = json!({"x": number});
        for (from, to, want) in [
            (">", "<", number > low && number < high),
            (">=", "<", number >= low && number < high),
            (">", "<=", number > low && number <= high),
            (">=", "<=", number >= low && number <= high),
        ] {
            let pattern = json!({"x": [{"numeric": [from, low, to, high]}]});
            prop_assert_eq!(matches(&pattern, &event), want);
        }
    }
}
