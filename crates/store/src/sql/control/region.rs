use atrium_model::control::InstanceRegion;
use atrium_model::{InstanceId, Region, Timestamp};

use crate::StoreError;
use crate::connection::Row;
use crate::tx::{SqlTx, values};

fn read(row: &Row<'_>) -> Result<InstanceRegion, StoreError> {
    Ok(InstanceRegion {
        region: row.parsed(0)?,
        added: row.time(1)?,
        active: row.time(2)?,
        removed: row.opt_time(3)?,
    })
}

pub(super) fn one(
    tx: &mut SqlTx<'_>,
    instance: &InstanceId,
    region: &Region,
) -> Result<Option<InstanceRegion>, StoreError> {
    tx.row(
        "SELECT region, added_at, active_at, removed_at FROM instance_region
         WHERE instance_id = $1 AND region = $2",
        values![instance.as_str(), region.as_str()],
        read,
    )
}

pub(super) fn all(
    tx: &mut SqlTx<'_>,
    instance: &InstanceId,
) -> Result<Vec<InstanceRegion>, StoreError> {
    tx.rows(
        "SELECT region, added_at, active_at, removed_at FROM instance_region
         WHERE instance_id = $1 ORDER BY region LIMIT 100",
        values![instance.as_str()],
        read,
    )
}

pub(super) fn insert(
    tx: &mut SqlTx<'_>,
    instance: &InstanceId,
    region: &InstanceRegion,
) -> Result<(), StoreError> {
    tx.insert(
        "region",
        "INSERT INTO instance_region (instance_id, region, added_at, active_at, removed_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        values![
            instance.as_str(),
            region.region.as_str(),
            region.added,
            region.active,
            region.removed
        ],
    )
}

pub(super) fn remove(
    tx: &mut SqlTx<'_>,
    instance: &InstanceId,
    region: &Region,
    gone: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE instance_region SET removed_at = $3 WHERE instance_id = $1 AND region = $2",
        values![instance.as_str(), region.as_str(), gone],
    )?;
    Ok(changed > 0)
}

pub(super) fn forget(
    tx: &mut SqlTx<'_>,
    instance: &InstanceId,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM instance_region WHERE instance_id = $1 AND removed_at <= $2",
        values![instance.as_str(), now],
    )?;
    Ok(())
}
