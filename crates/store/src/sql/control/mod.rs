mod access_control;
mod region;
mod trusted_token_issuer;

use atrium_model::control::{AccessControlAttribute, InstanceRegion, TrustedTokenIssuer};
use atrium_model::{InstanceId, Region, Timestamp, TrustedTokenIssuerId};

use crate::StoreError;
use crate::ports::ControlTx;
use crate::tx::{SqlTx, values};

impl ControlTx for SqlTx<'_> {
    fn instance_region(
        &mut self,
        instance: &InstanceId,
        region: &Region,
    ) -> Result<Option<InstanceRegion>, StoreError> {
        region::one(self, instance, region)
    }

    fn instance_regions(
        &mut self,
        instance: &InstanceId,
    ) -> Result<Vec<InstanceRegion>, StoreError> {
        region::all(self, instance)
    }

    fn insert_instance_region(
        &mut self,
        instance: &InstanceId,
        region: &InstanceRegion,
    ) -> Result<(), StoreError> {
        region::insert(self, instance, region)
    }

    fn remove_instance_region(
        &mut self,
        instance: &InstanceId,
        region: &Region,
        gone: Timestamp,
    ) -> Result<bool, StoreError> {
        region::remove(self, instance, region, gone)
    }

    fn forget_removed_regions(
        &mut self,
        instance: &InstanceId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        region::forget(self, instance, now)
    }

    fn access_control_attributes(
        &mut self,
        instance: &InstanceId,
    ) -> Result<Option<Vec<AccessControlAttribute>>, StoreError> {
        access_control::get(self, instance)
    }

    fn insert_access_control_attributes(
        &mut self,
        instance: &InstanceId,
        attributes: &[AccessControlAttribute],
    ) -> Result<(), StoreError> {
        access_control::insert(self, instance, attributes)
    }

    fn update_access_control_attributes(
        &mut self,
        instance: &InstanceId,
        attributes: &[AccessControlAttribute],
    ) -> Result<bool, StoreError> {
        access_control::update(self, instance, attributes)
    }

    fn delete_access_control_attributes(
        &mut self,
        instance: &InstanceId,
    ) -> Result<bool, StoreError> {
        access_control::delete(self, instance)
    }

    fn trusted_token_issuer(
        &mut self,
        instance: &InstanceId,
        id: &TrustedTokenIssuerId,
    ) -> Result<Option<TrustedTokenIssuer>, StoreError> {
        trusted_token_issuer::one(self, instance, id)
    }

    fn trusted_token_issuers(
        &mut self,
        instance: &InstanceId,
        after: Option<&TrustedTokenIssuerId>,
        limit: i64,
    ) -> Result<Vec<TrustedTokenIssuer>, StoreError> {
        trusted_token_issuer::list(self, instance, after, limit)
    }

    fn count_trusted_token_issuers(&mut self, instance: &InstanceId) -> Result<i64, StoreError> {
        self.number(
            "SELECT COUNT(*) FROM trusted_token_issuer WHERE instance_id = $1",
            values![instance.as_str()],
        )
    }

    fn insert_trusted_token_issuer(
        &mut self,
        issuer: &TrustedTokenIssuer,
    ) -> Result<(), StoreError> {
        trusted_token_issuer::insert(self, issuer)
    }

    fn update_trusted_token_issuer(
        &mut self,
        issuer: &TrustedTokenIssuer,
    ) -> Result<(), StoreError> {
        trusted_token_issuer::update(self, issuer)
    }

    fn delete_trusted_token_issuer(
        &mut self,
        instance: &InstanceId,
        id: &TrustedTokenIssuerId,
    ) -> Result<bool, StoreError> {
        let gone = self.execute(
            "DELETE FROM trusted_token_issuer WHERE instance_id = $1 AND issuer_id = $2",
            values![instance.as_str(), id.as_str()],
        )?;
        Ok(gone > 0)
    }

    fn delete_control_of_instance(&mut self, instance: &InstanceId) -> Result<(), StoreError> {
        for sql in [
            "DELETE FROM instance_region WHERE instance_id = $1",
            "DELETE FROM instance_access_control WHERE instance_id = $1",
            "DELETE FROM trusted_token_issuer WHERE instance_id = $1",
        ] {
            self.execute(sql, values![instance.as_str()])?;
        }
        Ok(())
    }
}
