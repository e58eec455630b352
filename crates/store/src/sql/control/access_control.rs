use atrium_model::InstanceId;
use atrium_model::control::AccessControlAttribute;

use crate::StoreError;
use crate::tx::{SqlTx, values};

fn text(attributes: &[AccessControlAttribute]) -> Result<String, StoreError> {
    serde_json::to_string(attributes).map_err(StoreError::corrupt)
}

pub(super) fn get(
    tx: &mut SqlTx<'_>,
    instance: &InstanceId,
) -> Result<Option<Vec<AccessControlAttribute>>, StoreError> {
    tx.row(
        "SELECT attributes FROM instance_access_control WHERE instance_id = $1",
        values![instance.as_str()],
        |row| row.json(0),
    )
}

pub(super) fn insert(
    tx: &mut SqlTx<'_>,
    instance: &InstanceId,
    attributes: &[AccessControlAttribute],
) -> Result<(), StoreError> {
    tx.insert(
        "access control",
        "INSERT INTO instance_access_control (instance_id, attributes) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        values![instance.as_str(), &text(attributes)?],
    )
}

pub(super) fn update(
    tx: &mut SqlTx<'_>,
    instance: &InstanceId,
    attributes: &[AccessControlAttribute],
) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE instance_access_control SET attributes = $2 WHERE instance_id = $1",
        values![instance.as_str(), &text(attributes)?],
    )?;
    Ok(changed > 0)
}

pub(super) fn delete(tx: &mut SqlTx<'_>, instance: &InstanceId) -> Result<bool, StoreError> {
    let gone = tx.execute(
        "DELETE FROM instance_access_control WHERE instance_id = $1",
        values![instance.as_str()],
    )?;
    Ok(gone > 0)
}
