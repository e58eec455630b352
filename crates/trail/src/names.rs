//! The resources that calls of services name which write none into their records.

use serde_json::Value;

const USER: &str = "AWS::IAM::User";
const ROLE: &str = "AWS::IAM::Role";
const GROUP: &str = "AWS::IAM::Group";
const POLICY: &str = "AWS::IAM::Policy";
const ACCESS_KEY: &str = "AWS::IAM::AccessKey";
const BUCKET: &str = "AWS::S3::Bucket";
const TRAIL: &str = "AWS::CloudTrail::Trail";

const IAM: &str = "iam.amazonaws.com";
const S3: &str = "s3.amazonaws.com";
const CLOUDTRAIL: &str = "cloudtrail.amazonaws.com";

/// Where a record names a resource: the service, the way to the member, and the resource's type.
///
/// The way is a JSON pointer.
const PLACES: &[(&str, &str, &str)] = &[
    (IAM, "/requestParameters/userName", USER),
    (IAM, "/requestParameters/roleName", ROLE),
    (IAM, "/requestParameters/groupName", GROUP),
    (IAM, "/requestParameters/policyArn", POLICY),
    (IAM, "/responseElements/policy/arn", POLICY),
    (IAM, "/requestParameters/accessKeyId", ACCESS_KEY),
    (IAM, "/responseElements/accessKey/accessKeyId", ACCESS_KEY),
    (S3, "/requestParameters/bucketName", BUCKET),
    (CLOUDTRAIL, NAME, TRAIL),
    (CLOUDTRAIL, "/requestParameters/trailName", TRAIL),
    (CLOUDTRAIL, "/responseElements/trailARN", TRAIL),
];

/// What only some operations name a trail by.
const NAME: &str = "/requestParameters/name";
/// Those operations. Others have event data stores, channels and dashboards there.
const OF_TRAILS: &[&str] = &[
    "CreateTrail",
    "DeleteTrail",
    "GetTrail",
    "GetTrailStatus",
    "StartLogging",
    "StopLogging",
    "UpdateTrail",
];

/// Whether calls of the service may name resources.
pub(crate) fn may_name(source: &str) -> bool {
    PLACES.iter().any(|(service, _, _)| *service == source)
}

/// The types and names of the resources in a record's parameters and elements, as they stand there: some by ARN.
pub(crate) fn named(record: &Value) -> impl Iterator<Item = (&'static str, &str)> {
    let text = |name: &str| record[name].as_str().unwrap_or_default();
    let (source, operation) = (text("eventSource"), text("eventName"));
    PLACES
        .iter()
        .filter(move |(service, way, _)| {
            *service == source && (*way != NAME || OF_TRAILS.contains(&operation))
        })
        .filter_map(|(_, way, kind)| Some((*kind, record.pointer(way)?.as_str()?)))
        .filter(|(_, name)| !name.is_empty())
}
