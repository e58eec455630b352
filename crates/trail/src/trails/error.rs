use atrium_model::{AccountId, OrganizationId};
use atrium_store::StoreError;

/// Why something can't be done with a trail.
#[derive(Debug, thiserror::Error)]
pub enum TrailError {
    /// The name breaks a rule.
    #[error("{0}")]
    Name(String),
    /// The text is no trail's ARN.
    #[error("`{0}` is not the ARN of a trail")]
    Arn(String),
    /// There is no such trail, or none that the caller may see.
    #[error("there is no trail `{arn}`")]
    NotFound {
        /// Its ARN.
        arn: String,
        /// Who asked.
        account: AccountId,
    },
    /// The name is taken.
    #[error("a trail named `{0}` already exists")]
    Exists(String),
    /// The Region has as many trails as it may.
    #[error("the account already has {most} trails in {region}")]
    TooMany {
        /// How many it may have.
        most: i64,
        /// Where.
        region: String,
    },
    /// Only a trail's home Region changes it.
    #[error("the home Region of the trail is {0}")]
    HomeRegion(String),
    /// The bucket's name breaks a rule.
    #[error("{0}")]
    BucketName(String),
    /// There is no such bucket.
    #[error("there is no bucket `{0}`")]
    NoBucket(String),
    /// The bucket belongs to another account than the trail.
    #[error("the bucket `{0}` belongs to another account")]
    ForeignBucket(String),
    /// The key prefix breaks a rule.
    #[error("{0}")]
    Prefix(String),
    /// The name of a topic breaks a rule.
    #[error("`{0}` is not the name or ARN of a topic")]
    Topic(String),
    /// These settings exclude one another.
    #[error("{0}")]
    Combination(String),
    /// A parameter has no sense.
    #[error("{0}")]
    Parameter(String),
    /// Atrium doesn't offer this.
    #[error("{0}")]
    NotOffered(String),
    /// The selectors break a rule.
    #[error("{0}")]
    Selectors(String),
    /// The insight selectors break a rule.
    #[error("{0}")]
    Insights(String),
    /// A tag breaks a rule.
    #[error("{0}")]
    Tag(String),
    /// There would be more tags than there may be.
    #[error("a trail may have {0} tags")]
    TooManyTags(usize),
    /// The account is in no organization.
    #[error("the account is in no organization")]
    NoOrganization,
    /// The organization has only consolidated billing.
    #[error("organization `{0}` does not have all features")]
    NotAllFeatures(OrganizationId),
    /// The organization doesn't trust the service.
    #[error("organization `{0}` does not trust CloudTrail")]
    NotTrusted(OrganizationId),
    /// Only the management account and its delegates change an organization's trails.
    #[error("the account is neither the management account nor a delegated administrator")]
    NotAdministrator,
    /// The store failed.
    #[error("could not read or change the trails")]
    Store(#[from] StoreError),
}
