use atrium_model::InstanceId;

use crate::StoreError;

/// Tags on an instance and on what belongs to one: applications, permission sets, trusted token issuers.
pub trait TagTx {
    /// Up to `limit` tags of a resource, by key, after the key given.
    fn tags(
        &mut self,
        instance: &InstanceId,
        resource_arn: &str,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<(String, String)>, StoreError>;

    /// How many tags a resource has.
    fn tag_count(&mut self, instance: &InstanceId, resource_arn: &str) -> Result<i64, StoreError>;

    /// Sets a tag.
    fn put_tag(
        &mut self,
        instance: &InstanceId,
        resource_arn: &str,
        key: &str,
        value: &str,
    ) -> Result<(), StoreError>;

    /// Removes a tag, if it is there.
    fn delete_tag(
        &mut self,
        instance: &InstanceId,
        resource_arn: &str,
        key: &str,
    ) -> Result<(), StoreError>;

    /// Removes every tag of a resource that is going away.
    fn delete_tags(&mut self, instance: &InstanceId, resource_arn: &str) -> Result<(), StoreError>;
}
