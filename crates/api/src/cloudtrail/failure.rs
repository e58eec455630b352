//! CloudTrail's codes and texts for what can go wrong with trails.

use atrium_trail::trails::TrailError;
use atrium_wire::WireError;

use crate::call::store_failure;

/// The answer to an error of the trails' rules.
pub(super) fn failure(error: TrailError) -> WireError {
    let (code, message) = match error {
        TrailError::Name(why) => ("InvalidTrailNameException", why),
        TrailError::Arn(arn) => (
            "CloudTrailARNInvalidException",
            format!("{arn} is not a valid ARN of a trail."),
        ),
        TrailError::NotFound { arn, account } => (
            "TrailNotFoundException",
            format!("Unknown trail: {arn} for the user: {account}"),
        ),
        TrailError::Exists(name) => (
            "TrailAlreadyExistsException",
            format!("Trail {name} already exists."),
        ),
        TrailError::TooMany { most, region } => (
            "MaximumNumberOfTrailsExceededException",
            format!("The account already has {most} trails in {region}."),
        ),
        TrailError::HomeRegion(region) => (
            "InvalidHomeRegionException",
            format!("This operation can be called only from the trail's home Region, {region}."),
        ),
        TrailError::BucketName(why) => ("InvalidS3BucketNameException", why),
        TrailError::NoBucket(name) => (
            "S3BucketDoesNotExistException",
            format!("S3 bucket {name} does not exist!"),
        ),
        TrailError::ForeignBucket(name) => (
            "InsufficientS3BucketPolicyException",
            format!("Incorrect S3 bucket policy is detected for bucket: {name}"),
        ),
        TrailError::Prefix(why) => ("InvalidS3PrefixException", why),
        TrailError::Topic(name) => (
            "InvalidSnsTopicNameException",
            format!("{name} is not the name or the ARN of an SNS topic."),
        ),
        TrailError::Combination(why) => ("InvalidParameterCombinationException", why),
        TrailError::Parameter(why) => ("InvalidParameterException", why),
        TrailError::NotOffered(why) => ("UnsupportedOperationException", why),
        TrailError::Selectors(why) => ("InvalidEventSelectorsException", why),
        TrailError::Insights(why) => ("InvalidInsightSelectorsException", why),
        TrailError::Tag(why) => ("InvalidTagParameterException", why),
        TrailError::TooManyTags(most) => (
            "TagsLimitExceededException",
            format!("A trail can have at most {most} tags."),
        ),
        TrailError::NoOrganization => (
            "OrganizationsNotInUseException",
            "Your account is not a member of an organization.".to_owned(),
        ),
        TrailError::NotAllFeatures(_) => (
            "OrganizationNotInAllFeaturesModeException",
            "The organization does not have all features enabled.".to_owned(),
        ),
        TrailError::NotTrusted(_) => (
            "CloudTrailAccessNotEnabledException",
            "Trusted access for CloudTrail is not enabled in the organization.".to_owned(),
        ),
        TrailError::NotAdministrator => (
            "NotOrganizationMasterAccountException",
            "Only the management account or a delegated administrator of the organization can do this."
                .to_owned(),
        ),
        TrailError::Store(error) => return store_failure(error),
    };
    WireError::new(code, message)
}

/// Why CloudTrail's other targets are refused: what can't be kept must not look as if it were.
pub(super) fn refuse_targets(
    key: Option<&str>,
    log_group: Option<&str>,
    log_role: Option<&str>,
) -> Result<(), WireError> {
    let given = |text: Option<&str>| text.is_some_and(|text| !text.is_empty());
    let why = if given(key) {
        "Log files are not encrypted with AWS KMS keys here: leave KmsKeyId out."
    } else if given(log_group) || given(log_role) {
        "Events are not sent to CloudWatch Logs here: leave CloudWatchLogsLogGroupArn and CloudWatchLogsRoleArn out."
    } else {
        return Ok(());
    };
    Err(failure(TrailError::NotOffered(why.to_owned())))
}
