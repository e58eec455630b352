//! Typed answers and untyped ones are the same text.

use atrium_wire::meta::{Kind, ShapeMeta};
use atrium_wire::{
    Operation, Output, Shape, cloudtrail, encode, identitystore, organizations, sso_admin,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// A value of `shape` that `draws` decide: which optional members are there, how long lists are, what texts say.
fn value(shape: &ShapeMeta, draws: &mut impl Iterator<Item = u8>, depth: usize) -> Value {
    let draw = draws.next().unwrap_or(0);
    match shape.kind {
        Kind::Structure => {
            let members = shape.members.iter();
            let chosen = members.filter(|member| {
                member.required || (depth < 6 && !draws.next().unwrap_or(0).is_multiple_of(4))
            });
            let chosen: Vec<_> = chosen.collect();
            let chosen = chosen.into_iter();
            Value::Object(
                chosen
                    .map(|member| {
                        (
                            member.name.to_owned(),
                            value(member.shape, draws, depth + 1),
                        )
                    })
                    .collect(),
            )
        }
        Kind::List => shape.item.map_or(json!([]), |item| {
            (0..draw % 3)
                .map(|_| value(item.shape, draws, depth + 1))
                .collect()
        }),
        Kind::Map => shape.value.map_or(json!({}), |entry| {
            let entries =
                (0..draw % 3).map(|at| (format!("\"{at}"), value(entry.shape, draws, depth + 1)));
            Value::Object(entries.collect::<Map<_, _>>())
        }),
        Kind::String => ["", "a", "\"\\\u{1}\n", "Zoë \u{1F600}", "</script>\u{2028}"]
            [usize::from(draw % 5)]
        .into(),
        Kind::Integer | Kind::Long => (i64::from(draw) - 100).into(),
        Kind::Float | Kind::Double => json!(f64::from(draw) / 8.0),
        Kind::Boolean => json!(draw.is_multiple_of(2)),
        Kind::Timestamp if draw.is_multiple_of(2) => json!(1_782_907_699 + i64::from(draw)),
        Kind::Timestamp => json!(1_782_907_699.125),
        Kind::Blob => "AAEC".into(),
        Kind::Document => [json!({}), json!({"b": [1, null], "a": "x"}), json!("text")]
            [usize::from(draw % 3)]
        .clone(),
    }
}

fn same<O: Operation>(draws: &[u8]) {
    let operation = O::meta();
    let shape = operation.output.expect("an output");
    let value = value(shape, &mut draws.iter().copied(), 0);
    let typed = || O::Output::from_value(value.clone()).expect("a value of the shape");
    let written = Output::for_caller(operation, typed());
    assert!(matches!(written, Output::Body(_)));
    let written = encode(operation, written, "r");
    let walked = encode(operation, Output::Value(typed().into_value()), "r");
    assert_eq!(written.body(), walked.body(), "{operation:?}");
    assert_eq!(written.headers(), walked.headers());
}

proptest! {
    #[test]
    fn typed_answers_are_written_as_untyped_ones(draws in prop::collection::vec(any::<u8>(), 0..600)) {
        same::<identitystore::ops::ListUsers>(&draws);
        same::<identitystore::ops::DescribeUser>(&draws);
        same::<identitystore::ops::ListGroupMemberships>(&draws);
        same::<sso_admin::ops::ListInstances>(&draws);
        same::<sso_admin::ops::DescribeApplication>(&draws);
        same::<sso_admin::ops::GetApplicationGrant>(&draws);
        same::<sso_admin::ops::GetApplicationAuthenticationMethod>(&draws);
        same::<sso_admin::ops::DescribeTrustedTokenIssuer>(&draws);
        same::<organizations::ops::DescribeHandshake>(&draws);
        same::<organizations::ops::ListAccounts>(&draws);
        same::<cloudtrail::ops::LookupEvents>(&draws);
        same::<cloudtrail::ops::GetEventDataStore>(&draws);
        same::<cloudtrail::ops::ListPublicKeys>(&draws);
    }
}
