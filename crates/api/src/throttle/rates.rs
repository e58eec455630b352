use atrium_wire::OperationMeta;

/// How often an account may call some operations.
#[derive(Debug)]
pub struct Rate {
    /// The service, as its model is named.
    pub service: &'static str,
    /// The operations that count together.
    pub operations: Operations,
    /// Requests a second.
    pub per_second: i64,
    /// Requests at once, after a pause.
    pub burst: i64,
    /// Each Region counts for itself.
    pub regional: bool,
    /// Where AWS says so.
    pub source: &'static str,
}

/// Operations of a service.
#[derive(Clone, Copy, Debug)]
pub enum Operations {
    /// All that no rate above names.
    All,
    /// These.
    Named(&'static [&'static str]),
    /// Those whose names begin so.
    Beginning(&'static [&'static str]),
}

impl Operations {
    fn include(self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Named(names) => names.contains(&name),
            Self::Beginning(starts) => starts.iter().any(|start| name.starts_with(start)),
        }
    }
}

impl Rate {
    /// Every rate that AWS documents for what is served here. The first that names an operation holds for it.
    pub fn all() -> &'static [Rate] {
        ALL
    }
}

/// The rate that holds for an operation, and its place in the table.
pub(super) fn of(operation: &OperationMeta) -> Option<(usize, &'static Rate)> {
    ALL.iter().enumerate().find(|(_, rate)| {
        rate.service == operation.service.name && rate.operations.include(operation.name)
    })
}

const ACCOUNT: &str = "AWS Account Management Reference Guide, Quotas";
const CLOUDTRAIL: &str = "AWS CloudTrail User Guide, Quotas";

const fn account(names: &'static [&'static str], per_second: i64, burst: i64) -> Rate {
    let (service, operations) = ("account", Operations::Named(names));
    Rate {
        service,
        operations,
        per_second,
        burst,
        regional: false,
        source: ACCOUNT,
    }
}

const fn cloudtrail(operations: Operations, per_second: i64) -> Rate {
    Rate {
        service: "cloudtrail",
        operations,
        per_second,
        burst: per_second,
        regional: true,
        source: CLOUDTRAIL,
    }
}

/// Where AWS names no burst it is what a second brings.
pub(super) static ALL: &[Rate] = &[
    account(&["AcceptPrimaryEmailUpdate"], 1, 1),
    account(&["DeleteAlternateContact"], 1, 6),
    account(&["DisableRegion"], 1, 1),
    account(&["EnableRegion"], 1, 1),
    account(&["GetAlternateContact"], 10, 15),
    account(&["GetContactInformation"], 10, 15),
    account(&["GetPrimaryEmail"], 3, 3),
    account(&["GetRegionOptStatus"], 5, 5),
    account(&["ListRegions"], 5, 5),
    account(&["PutAlternateContact"], 5, 8),
    account(&["PutContactInformation"], 5, 8),
    account(&["StartPrimaryEmailUpdate"], 1, 1),
    cloudtrail(Operations::Named(&["LookupEvents"]), 2),
    cloudtrail(Operations::Beginning(&["Describe", "Get", "List"]), 10),
    cloudtrail(Operations::All, 1),
    Rate {
        service: "organizations",
        operations: Operations::Named(&["LeaveOrganization"]),
        per_second: 5,
        burst: 5,
        regional: false,
        source: "AWS Organizations User Guide, Quotas and service limits",
    },
    Rate {
        service: "sso-admin",
        operations: Operations::All,
        per_second: 20,
        burst: 20,
        regional: true,
        source: "IAM Identity Center User Guide, Quotas and limits",
    },
    Rate {
        service: "sts",
        operations: Operations::Named(&[
            "AssumeRole",
            "DecodeAuthorizationMessage",
            "GetAccessKeyInfo",
            "GetCallerIdentity",
            "GetFederationToken",
            "GetSessionToken",
        ]),
        per_second: 600,
        burst: 600,
        regional: true,
        source: "IAM User Guide, IAM and AWS STS quotas",
    },
];
