use std::collections::HashSet;

use atrium_model::InstanceId;
use atrium_store::{DirectoryTx, StoreError};

/// Why tags could not be set.
#[derive(Debug, thiserror::Error)]
pub enum TagError {
    /// The key belongs to AWS.
    #[error("the tag key `{0}` begins with the reserved prefix `aws:`")]
    Reserved(String),
    /// The request names a key twice.
    #[error("the tag key `{0}` appears more than once")]
    Repeated(String),
    /// The resource would have too many tags.
    #[error("a resource can have at most {0} tags")]
    Quota(i64),
    /// The store failed.
    #[error("could not save the tags")]
    Store(#[from] StoreError),
}

/// Sets tags on an instance or on something that belongs to one; `quota` is the most tags it may have.
pub fn put_tags(
    tx: &mut dyn DirectoryTx,
    instance: &InstanceId,
    resource_arn: &str,
    tags: &[(String, String)],
    quota: i64,
) -> Result<(), TagError> {
    let mut seen = HashSet::new();
    for (key, _) in tags {
        if key
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
        {
            return Err(TagError::Reserved(key.clone()));
        }
        if !seen.insert(key) {
            return Err(TagError::Repeated(key.clone()));
        }
    }
    for (key, value) in tags {
        tx.put_tag(instance, resource_arn, key, value)?;
    }
    if !tags.is_empty() && tx.tag_count(instance, resource_arn)? > quota {
        return Err(TagError::Quota(quota));
    }
    Ok(())
}
