//! The smallest valid value of a shape, made from the schema alone.

use atrium_wire::meta::{Kind, ShapeMeta};
use serde_json::{Map, Value, json};

/// Texts of which one satisfies every pattern of the models.
const TEXTS: [&str; 45] = [
    "x",
    "aaaa",
    "123456789012",
    "us-east-1",
    "12:00",
    "PT1H",
    "/",
    "/x/",
    "a@b.example",
    "+15550100",
    "123456",
    "12345678-1234-1234-1234-123456789012",
    "d-1234567890",
    "12345678-1234",
    "user.name",
    "userName",
    "aws:identitystore:enterprise",
    "https://example.com/x",
    "o-1234567890",
    "h-12345678",
    "car-12345678",
    "r-1234",
    "ou-1234-12345678",
    "p-12345678",
    "rt-12345678",
    "rp-12345678",
    "o-1234567890/r-1234",
    "o-1234567890/r-1234/",
    "v1",
    "s3://bucket",
    "organizations.amazonaws.com",
    "arn:aws:iam::aws:policy/ReadOnlyAccess",
    "arn:aws:sso:::instance/ssoins-7223ab0123456789",
    "arn:aws:sso:::permissionSet/ssoins-7223ab0123456789/ps-7223ab0123456789",
    "arn:aws:sso::123456789012:application/ssoins-7223ab0123456789/apl-7223ab0123456789",
    "arn:aws:sso::123456789012:trustedTokenIssuer/ssoins-7223ab0123456789/tti-12345678-1234-1234-1234-123456789012",
    "arn:aws:sso::aws:applicationProvider/custom",
    "arn:aws:organizations::123456789012:x",
    "arn:aws:organizations::123456789012:policy/o-1234567890/x/p-1234567890",
    "arn:aws:organizations::123456789012:transfer/o-1234567890/billing/inbound/rt-12345678",
    "arn:aws:kms:us-east-1:123456789012:key/mrk-12345678123456781234567812345678",
    "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-12345678",
    "arn:aws:identitystore::123456789012:identitystore/d-1234567890",
    "arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/12345678-1234-1234-1234-123456789012",
    "arn:aws:identitystore:::user/12345678-1234-1234-1234-123456789012",
];

/// A value with the required members only; required members of a union's first member too.
pub fn smallest(shape: &ShapeMeta) -> Value {
    let count = shape.min.unwrap_or(0).max(0);
    match shape.kind {
        Kind::Structure => {
            let chosen = shape.members.iter().enumerate();
            let chosen = chosen.filter(|(at, member)| member.required || (shape.union && *at == 0));
            Value::Object(
                chosen
                    .map(|(_, member)| (member.name.to_owned(), smallest(member.shape)))
                    .collect(),
            )
        }
        Kind::List => (0..count)
            .map(|_| shape.item.map_or(json!(0), |inner| smallest(inner.shape)))
            .collect(),
        Kind::Map => {
            let (Some(key), Some(value)) = (shape.key, shape.value) else {
                return json!({});
            };
            let entry = || {
                (
                    smallest(key.shape).as_str().unwrap_or("x").to_owned(),
                    smallest(value.shape),
                )
            };
            Value::Object((0..count.min(1)).map(|_| entry()).collect::<Map<_, _>>())
        }
        Kind::String => string(shape).into(),
        Kind::Integer | Kind::Long => count.into(),
        Kind::Float | Kind::Double => json!(0.5),
        Kind::Boolean => json!(true),
        Kind::Timestamp => json!(1_782_907_699),
        Kind::Blob => "AAAA".into(),
        Kind::Document => json!({}),
    }
}

fn string(shape: &ShapeMeta) -> String {
    if let Some(value) = shape.values.first() {
        return (*value).to_owned();
    }
    let min = usize::try_from(shape.min.unwrap_or(0)).unwrap_or(0);
    let max = shape
        .max
        .map_or(usize::MAX, |max| usize::try_from(max).unwrap_or(0));
    let fits = |text: &str| {
        let length = text.chars().count();
        (min..=max).contains(&length) && shape.pattern.is_none_or(|pattern| pattern.matches(text))
    };
    let fixed = TEXTS.iter().map(|text| (*text).to_owned());
    let padded = [
        String::new(),
        "a".repeat(min.max(1)),
        "1".repeat(min),
        "A".repeat(min),
    ];
    fixed
        .chain(padded)
        .find(|text| fits(text))
        .unwrap_or_else(|| {
            panic!(
                "no sample for {}: {:?} {:?}..{:?}",
                shape.name, shape.pattern, shape.min, shape.max
            )
        })
}
