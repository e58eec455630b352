use atrium_model::InstanceId;

use crate::StoreError;
use crate::ports::TagTx;
use crate::tx::{SqlTx, values};

impl TagTx for SqlTx<'_> {
    fn tags(
        &mut self,
        instance: &InstanceId,
        resource_arn: &str,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<(String, String)>, StoreError> {
        self.rows(
            "SELECT key, value FROM instance_tag WHERE instance_id = $1 AND resource_arn = $2 AND key > $3
             ORDER BY key LIMIT $4",
            values![
                instance.as_str(),
                resource_arn,
                after.unwrap_or_default(),
                limit
            ],
            |row| Ok((row.text(0)?, row.text(1)?)),
        )
    }

    fn tag_count(&mut self, instance: &InstanceId, resource_arn: &str) -> Result<i64, StoreError> {
        self.number(
            "SELECT COUNT(*) FROM instance_tag WHERE instance_id = $1 AND resource_arn = $2",
            values![instance.as_str(), resource_arn],
        )
    }

    fn put_tag(
        &mut self,
        instance: &InstanceId,
        resource_arn: &str,
        key: &str,
        value: &str,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO instance_tag (instance_id, resource_arn, key, value) VALUES ($1, $2, $3, $4)
             ON CONFLICT (instance_id, resource_arn, key) DO UPDATE SET value = excluded.value",
            values![instance.as_str(), resource_arn, key, value],
        )?;
        Ok(())
    }

    fn delete_tag(
        &mut self,
        instance: &InstanceId,
        resource_arn: &str,
        key: &str,
    ) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM instance_tag WHERE instance_id = $1 AND resource_arn = $2 AND key = $3",
            values![instance.as_str(), resource_arn, key],
        )?;
        Ok(())
    }

    fn delete_tags(&mut self, instance: &InstanceId, resource_arn: &str) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM instance_tag WHERE instance_id = $1 AND resource_arn = $2",
            values![instance.as_str(), resource_arn],
        )?;
        Ok(())
    }
}
