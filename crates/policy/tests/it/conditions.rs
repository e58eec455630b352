use atrium_policy::{Context, PolicyKind};

use crate::support::{allows, policy, request};

/// Whether `{operator: {"k": values}}` holds where key `k` has `found`.
fn holds(operator: &str, values: &str, found: &[&str]) -> bool {
    let statement = format!(
        r#"{{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {{"{operator}": {{"K": {values}}}}}}}"#
    );
    let mut request = request("s:A", "*");
    request.context = Context::new()
        .with("aws:username", "ana")
        .with("star", "*")
        .with("arn", "arn:aws:iam::111122223333:role/r")
        .with_all("many", ["a", "b"]);
    if !found.is_empty() {
        request.context.set_all("k", found.iter().copied());
    }
    allows(&policy(PolicyKind::Managed, &statement), &request)
}

#[test]
fn operators_compare_as_aws_does() {
    let arn = "arn:aws:iam::111122223333:role/dev";
    #[rustfmt::skip]
    let cases: &[(&str, &str, &[&str], bool)] = &[
        // Text
        ("StringEquals", r#""a""#, &["a"], true),
        ("StringEquals", r#""a""#, &["A"], false),
        ("StringEquals", r#"["x", "a"]"#, &["a"], true),
        ("StringEquals", r#""*""#, &["a"], false),
        ("StringEquals", r#""*""#, &["*"], true),
        ("StringEquals", r#""a""#, &[], false),
        ("StringEquals", "[]", &["a"], false),
        ("StringEquals", "true", &["true"], true),
        ("StringEquals", "12", &["12"], true),
        ("StringNotEquals", r#"["a", "b"]"#, &["c"], true),
        ("StringNotEquals", r#"["a", "b"]"#, &["b"], false),
        ("StringNotEquals", r#""a""#, &[], true),
        ("StringEqualsIgnoreCase", r#""Team""#, &["tEAM"], true),
        ("StringNotEqualsIgnoreCase", r#""Team""#, &["tEAM"], false),
        ("StringNotEqualsIgnoreCase", r#""Team""#, &[], true),
        ("StringLike", r#""a*z?""#, &["abczy"], true),
        ("StringLike", r#""a*z?""#, &["abcz"], false),
        ("StringLike", r#""A*""#, &["abc"], false),
        ("StringLike", r#""*""#, &[], false),
        ("StringNotLike", r#"["a*", "b*"]"#, &["c"], true),
        ("StringNotLike", r#"["a*", "b*"]"#, &["bx"], false),
        ("StringNotLike", r#""a*""#, &[], true),
        // Numbers
        ("NumericEquals", r#""10""#, &["10.0"], true),
        ("NumericEquals", "10", &["010"], true),
        ("NumericEquals", "10", &["ten"], false),
        ("NumericNotEquals", "10", &["11"], true),
        ("NumericNotEquals", "10", &["10"], false),
        ("NumericNotEquals", "10", &[], true),
        ("NumericLessThan", "10", &["9"], true),
        ("NumericLessThan", "10", &["10"], false),
        ("NumericLessThanEquals", "10", &["10"], true),
        ("NumericGreaterThan", "-1.5", &["-1"], true),
        ("NumericGreaterThanEquals", "10", &["9.99"], false),
        ("NumericGreaterThanEquals", "10", &[], false),
        // Dates
        ("DateEquals", r#""2024-01-01T00:00:00Z""#, &["2024-01-01T01:00:00+01:00"], true),
        ("DateNotEquals", r#""2024-01-01""#, &["2024-01-01T00:00:00Z"], false),
        ("DateNotEquals", r#""2024-01-01""#, &[], true),
        ("DateLessThan", r#""2024-01-01T00:00:00Z""#, &["2023-12-31T23:59:59Z"], true),
        ("DateLessThanEquals", r#""2024-01-01T00:00:00Z""#, &["2024-01-01T00:00:00Z"], true),
        ("DateGreaterThan", r#""2024-01-01T00:00:00Z""#, &["1704067201"], true),
        ("DateGreaterThan", "1704067200", &["2024-01-01T00:00:00Z"], false),
        ("DateGreaterThanEquals", r#""2024-01""#, &["2024-01-01T00:00:00Z"], true),
        ("DateLessThan", r#""2024-01-01""#, &["soon"], false),
        // Truth
        ("Bool", r#""true""#, &["true"], true),
        ("Bool", "true", &["true"], true),
        ("Bool", "true", &["TRUE"], true),
        ("Bool", r#""false""#, &["true"], false),
        ("Bool", r#""false""#, &[], false),
        ("BoolIfExists", r#""false""#, &[], true),
        // Bytes
        ("BinaryEquals", r#""QmluYXJ5""#, &["QmluYXJ5"], true),
        ("BinaryEquals", r#""QmluYXJ5""#, &["QmluYXJ6"], false),
        // Addresses
        ("IpAddress", r#""203.0.113.0/24""#, &["203.0.113.7"], true),
        ("IpAddress", r#""203.0.113.0/24""#, &["203.0.114.7"], false),
        ("IpAddress", r#""203.0.113.7""#, &["203.0.113.7"], true),
        ("IpAddress", r#""203.0.113.0/24""#, &["::ffff:203.0.113.7"], true),
        ("IpAddress", r#""2001:db8::/32""#, &["2001:db8:1::5"], true),
        ("IpAddress", r#""2001:db8::/32""#, &["203.0.113.7"], false),
        ("IpAddress", r#""203.0.113.0/24""#, &["elsewhere"], false),
        ("IpAddress", r#""0.0.0.0/0""#, &[], false),
        ("NotIpAddress", r#"["203.0.113.0/24", "2001:db8::/32"]"#, &["198.51.100.1"], true),
        ("NotIpAddress", r#"["203.0.113.0/24", "2001:db8::/32"]"#, &["2001:db8::1"], false),
        ("NotIpAddress", r#""203.0.113.0/24""#, &[], true),
        // ARNs
        ("ArnEquals", r#""arn:aws:iam::111122223333:role/dev""#, &[arn], true),
        ("ArnEquals", r#""arn:aws:iam::*:role/*""#, &[arn], true),
        ("ArnLike", r#""arn:aws:iam::*:role/d?v""#, &[arn], true),
        ("ArnLike", r#""arn:aws:iam::1*/dev""#, &[arn], false),
        ("ArnLike", r#""arn:aws:*:role/dev""#, &[arn], false),
        ("ArnLike", r#""arn:aws:sns:*:*:a*c""#, &["arn:aws:sns:eu-west-1:1:a:b:c"], true),
        ("ArnLike", r#""arn:aws:iam::*:role/*""#, &["no arn"], false),
        ("ArnNotEquals", r#""arn:aws:iam::*:role/dev""#, &[arn], false),
        ("ArnNotLike", r#""arn:aws:iam::*:role/ops*""#, &[arn], true),
        ("ArnNotLike", r#""arn:aws:iam::*:role/ops*""#, &[], true),
        ("ArnEquals", r#""*""#, &[arn], true),
        // Null
        ("Null", r#""true""#, &[], true),
        ("Null", r#""true""#, &["x"], false),
        ("Null", "false", &["x"], true),
        ("Null", r#""false""#, &[], false),
        // IfExists
        ("StringEqualsIfExists", r#""a""#, &[], true),
        ("StringEqualsIfExists", r#""a""#, &["b"], false),
        ("NumericLessThanIfExists", "5", &[], true),
        ("ArnLikeIfExists", r#""arn:aws:iam::*:role/x""#, &[arn], false),
        // Several values
        ("ForAllValues:StringEquals", r#"["a", "b"]"#, &["a", "b"], true),
        ("ForAllValues:StringEquals", r#"["a", "b"]"#, &["a", "c"], false),
        ("ForAllValues:StringEquals", r#""a""#, &[], true),
        ("ForAllValues:StringEquals", r#""a""#, &[""], true),
        ("ForAllValues:StringLike", r#""a*""#, &["ab", "ac"], true),
        ("ForAllValues:StringNotEquals", r#"["a", "b"]"#, &["c", "d"], true),
        ("ForAllValues:StringNotEquals", r#"["a", "b"]"#, &["c", "a"], false),
        ("ForAnyValue:StringEquals", r#"["a", "b"]"#, &["c", "b"], true),
        ("ForAnyValue:StringEquals", r#"["a", "b"]"#, &["c", "d"], false),
        ("ForAnyValue:StringEquals", r#""a""#, &[], false),
        ("ForAnyValue:StringNotEquals", r#""a""#, &["a", "b"], true),
        ("ForAnyValue:StringNotEquals", r#""a""#, &["a"], false),
        ("ForAnyValue:StringNotEquals", r#""a""#, &[], false),
        ("ForAnyValue:StringEqualsIfExists", r#""a""#, &[], true),
        ("ForAnyValue:NumericGreaterThan", "3", &["1", "4"], true),
        ("StringEquals", r#""b""#, &["a", "b"], true),
        ("StringNotEquals", r#""b""#, &["a", "b"], false),
        // Variables
        ("StringEquals", r#""${aws:username}""#, &["ana"], true),
        ("StringEquals", r#""${AWS:UserName}""#, &["ana"], true),
        ("StringLike", r#""${aws:username}-*""#, &["ana-1"], true),
        ("StringLike", r#""${star}""#, &["anything"], false),
        ("StringLike", r#""${star}""#, &["*"], true),
        ("StringLike", r#""${*}""#, &["x"], false),
        ("StringLike", r#""a${?}${$}${*}""#, &["a?$*"], true),
        ("StringEquals", r#""${missing}""#, &["${missing}"], false),
        ("StringEquals", r#""${missing, 'x'}""#, &["x"], true),
        ("StringLike", r#""${missing, '*'}""#, &["x"], false),
        ("StringEquals", r#""${aws:username, 'x'}""#, &["ana"], true),
        ("StringEquals", r#""${many}""#, &["a"], false),
        ("StringNotEquals", r#""${missing}""#, &["a"], true),
        ("StringEquals", r#""${unclosed""#, &["${unclosed"], true),
        ("ArnEquals", r#""${arn}""#, &["arn:aws:iam::111122223333:role/r"], true),
        ("ArnLike", r#""arn:aws:iam::*:user/${aws:username}""#, &["arn:aws:iam::1:user/ana"], true),
        ("ArnLike", r#""arn:aws:iam::*:user/${star}""#, &["arn:aws:iam::1:user/ana"], false),
    ];
    for (operator, values, found, want) in cases {
        assert_eq!(
            holds(operator, values, found),
            *want,
            "{operator} {values} with {found:?}"
        );
    }
}

#[test]
fn every_clause_must_hold() {
    let statement = r#"{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {
        "StringEquals": {"a": "1", "b": "2"}, "Bool": {"c": "true"}}}"#;
    let policy = policy(PolicyKind::Managed, statement);
    let mut request = request("s:A", "*");
    request.context = Context::new()
        .with("A", "1")
        .with("B", "2")
        .with("C", "true");
    assert!(allows(&policy, &request));
    for key in ["a", "b", "c"] {
        let mut request = request.clone();
        request.context.set(key, "other");
        assert!(!allows(&policy, &request), "{key}");
    }
}
