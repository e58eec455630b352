use atrium_model::{AccountId, REGIONS, Region};
use atrium_store::{StoreError, Tx};

/// Whether an account can use a Region; words of the Account Management API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegionStatus {
    /// Always.
    EnabledByDefault,
    /// It was enabled for the account.
    Enabled,
    /// Not until it is enabled.
    Disabled,
}

impl RegionStatus {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EnabledByDefault => "ENABLED_BY_DEFAULT",
            Self::Enabled => "ENABLED",
            Self::Disabled => "DISABLED",
        }
    }
}

/// Every Region in order of its name, each with whether the account can use it.
pub fn list_regions(
    tx: &mut dyn Tx,
    account: &AccountId,
) -> Result<Vec<(&'static str, RegionStatus)>, StoreError> {
    let enabled = tx.account_regions(account)?;
    let status = |name: &str, opt_in: bool| match opt_in {
        false => RegionStatus::EnabledByDefault,
        true if enabled.iter().any(|region| region.as_str() == name) => RegionStatus::Enabled,
        true => RegionStatus::Disabled,
    };
    Ok(REGIONS
        .iter()
        .map(|info| (info.name, status(info.name, info.opt_in)))
        .collect())
}

/// Whether an account can use a Region.
pub fn region_status(
    tx: &mut dyn Tx,
    account: &AccountId,
    region: &Region,
) -> Result<RegionStatus, StoreError> {
    if !region.info().opt_in {
        return Ok(RegionStatus::EnabledByDefault);
    }
    Ok(match tx.account_regions(account)?.contains(region) {
        true => RegionStatus::Enabled,
        false => RegionStatus::Disabled,
    })
}

/// Why a Region can't be enabled or disabled.
#[derive(Debug, thiserror::Error)]
pub enum RegionError {
    /// It is always enabled.
    #[error("Region `{0}` is enabled by default")]
    EnabledByDefault(Region),
    /// The store failed.
    #[error("could not change the account's Regions")]
    Store(#[from] StoreError),
}

/// Enables or disables an opt-in Region for an account. Nothing changes if it already is.
///
/// AWS takes some minutes, here it is done at once.
pub fn set_region(
    tx: &mut dyn Tx,
    account: &AccountId,
    region: &Region,
    enabled: bool,
) -> Result<(), RegionError> {
    if !region.info().opt_in {
        return Err(RegionError::EnabledByDefault(region.clone()));
    }
    if tx.set_account_region(account, region, enabled)? {
        tx.bump_policy_epoch()?;
    }
    Ok(())
}
