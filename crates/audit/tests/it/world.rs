//! An organization as the fake AWS holds it.

use std::collections::{BTreeMap, BTreeSet};

pub const MANAGEMENT: &str = "111111111111";

#[derive(Clone, Debug, Default)]
pub struct World {
    /// Id and status, the management account among them.
    pub accounts: Vec<(String, &'static str)>,
    /// Regions that `account:ListRegions` calls enabled.
    pub regions: Vec<String>,
    pub instances: Vec<WorldInstance>,
    /// Accounts whose role cannot be assumed.
    pub closed: BTreeSet<String>,
    /// Operations that are refused everywhere, with the error code.
    pub refused: BTreeMap<&'static str, &'static str>,
    pub delegates: Vec<String>,
    /// Service control policies: id, document and targets. None at all means that the type is not enabled.
    pub policies: Vec<(&'static str, String, Vec<&'static str>)>,
    /// Entries on a page of any list.
    pub page: usize,
    /// Every n-th call is throttled.
    pub throttle_every: Option<u64>,
    pub standalone: bool,
}

#[derive(Clone, Debug, Default)]
pub struct WorldInstance {
    pub owner: String,
    pub region: String,
    pub number: usize,
    /// Ids of instance and store, where a server made them; otherwise the number gives them.
    pub ids: Option<(String, String)>,
    pub organizational: bool,
    pub users: Vec<WorldUser>,
    pub groups: Vec<WorldGroup>,
    pub applications: Vec<WorldApplication>,
    pub permission_sets: Vec<WorldPermissionSet>,
}

#[derive(Clone, Debug, Default)]
pub struct WorldUser {
    pub id: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub disabled: bool,
}

#[derive(Clone, Debug, Default)]
pub struct WorldGroup {
    pub id: String,
    pub name: String,
    pub members: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub struct WorldApplication {
    pub arn: String,
    pub name: Option<String>,
    pub account: String,
    pub open: bool,
    /// Type and id.
    pub assignments: Vec<(&'static str, String)>,
}

#[derive(Clone, Debug, Default)]
pub struct WorldPermissionSet {
    pub arn: String,
    pub name: String,
    /// Account, type and id.
    pub assignments: Vec<(String, &'static str, String)>,
}

impl WorldInstance {
    pub fn arn(&self) -> String {
        match &self.ids {
            Some((instance, _)) => format!("arn:aws:sso:::instance/{instance}"),
            None => format!("arn:aws:sso:::instance/ssoins-{:016}", self.number),
        }
    }

    pub fn store(&self) -> String {
        match &self.ids {
            Some((_, store)) => store.clone(),
            None => format!("d-{:010}", self.number),
        }
    }
}

impl World {
    /// What `ListInstances` shows in an account and Region.
    pub fn visible(&self, account: &str, region: &str) -> Vec<&WorldInstance> {
        let here = self
            .instances
            .iter()
            .filter(|instance| instance.region == region);
        here.filter(|instance| instance.organizational || instance.owner == account)
            .collect()
    }
}
