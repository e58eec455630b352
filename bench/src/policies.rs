//! What one decision of the policy language costs, in this process: no server, no network.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::ensure;
use atrium_policy::{Context, Level, Policy, PolicyKind, PolicySet, Principal, Request, evaluate};
use serde::Serialize;
use serde_json::json;

/// How many identity policies bear on a decision.
const COUNTS: [usize; 5] = [1, 5, 10, 25, 50];
/// How long each figure is measured.
const DURATION: Duration = Duration::from_millis(500);
const ACCOUNT: &str = "111122223333";

/// One decision's cost with so many identity policies.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Decision {
    pub(crate) policies: usize,
    /// With policies that were compiled before, as for every call but a caller's first: nanoseconds.
    pub(crate) cached_ns: f64,
    /// With policies that are read from their JSON text for it: nanoseconds.
    pub(crate) cold_ns: f64,
}

/// Measures each count. The last policy is the one that allows, so all of them are looked at.
pub(crate) fn measure() -> anyhow::Result<Vec<Decision>> {
    COUNTS.into_iter().map(decision).collect()
}

fn decision(count: usize) -> anyhow::Result<Decision> {
    let texts: Vec<String> = (0..count).map(|at| identity(at, at + 1 == count)).collect();
    let scps = vec![
        compile(FULL_ACCESS, PolicyKind::ServiceControl)?,
        compile(GUARD, PolicyKind::ServiceControl)?,
    ];
    let policies = compile_all(&texts)?;
    ensure!(
        is_allowed(&scps, &policies),
        "the measured request must be allowed"
    );
    let cached_ns = nanoseconds(|| {
        black_box(is_allowed(black_box(&scps), black_box(&policies)));
    });
    let cold_ns = nanoseconds(|| {
        let read = compile_all(black_box(&texts));
        black_box(read.is_ok_and(|policies| is_allowed(&scps, &policies)));
    });
    Ok(Decision {
        policies: count,
        cached_ns,
        cold_ns,
    })
}

const FULL_ACCESS: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// The rule that Atrium is about: who may create an account instance.
const GUARD: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"DenyCreateAccountInstances","Effect":"Deny",
    "Action":["sso:CreateInstance"],"Resource":"*",
    "Condition":{"StringNotEquals":{"aws:PrincipalAccount":["444455556666"]}}}]}"#;

/// A policy as teams write them; only the one that `allows` says yes to the measured request.
fn identity(at: usize, allows: bool) -> String {
    let action = if allows {
        "identitystore:Describe*"
    } else {
        "identitystore:Delete*"
    };
    json!({
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Read",
                "Effect": "Allow",
                "Action": ["sso:List*", "sso:Describe*", action],
                "Resource": [
                    format!("arn:aws:sso:::instance/ssoins-{at:016x}"),
                    "arn:aws:identitystore:::user/*",
                    format!("arn:aws:identitystore::{ACCOUNT}:identitystore/*"),
                ],
            },
            {
                "Sid": "OnlyFromHere",
                "Effect": "Deny",
                "Action": ["sso:Delete*", "sso:Put*"],
                "Resource": "*",
                "Condition": {
                    "NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.168.0.0/16"]},
                    "StringNotLike": {"aws:PrincipalArn": format!("arn:aws:iam::{ACCOUNT}:role/team-{at}-*")},
                },
            },
        ],
    })
    .to_string()
}

fn compile(text: &str, kind: PolicyKind) -> anyhow::Result<Arc<Policy>> {
    Ok(Arc::new(Policy::parse(text, kind)?))
}

fn compile_all(texts: &[String]) -> anyhow::Result<Vec<Arc<Policy>>> {
    texts
        .iter()
        .map(|text| compile(text, PolicyKind::Identity))
        .collect()
}

fn is_allowed(scps: &[Arc<Policy>], identity: &[Arc<Policy>]) -> bool {
    let arn = "arn:aws:iam::111122223333:user/ana";
    let request = Request {
        action: "identitystore:DescribeUser",
        resource: "arn:aws:identitystore::111122223333:identitystore/d-9067000000",
        principal: Principal::User {
            account: ACCOUNT,
            arn,
            id: "AIDA1111222233334444",
        },
        context: Context::new()
            .with("aws:PrincipalAccount", ACCOUNT)
            .with("aws:PrincipalArn", arn)
            .with("aws:SourceIp", "10.1.2.3"),
    };
    let levels = [Level {
        target: "r-ab12",
        policies: scps,
    }];
    let set = PolicySet {
        scp_levels: &levels,
        identity,
        ..PolicySet::default()
    };
    evaluate(&request, &set).is_allowed()
}

/// The time of one run: the median over batches of a millisecond or so.
fn nanoseconds(mut work: impl FnMut()) -> f64 {
    let begin = Instant::now();
    let mut once = 0_u32;
    while begin.elapsed() < Duration::from_millis(20) {
        work();
        once += 1;
    }
    let batch = (once / 20).max(1);
    let mut times = Vec::new();
    let begin = Instant::now();
    while begin.elapsed() < DURATION {
        let start = Instant::now();
        for _ in 0..batch {
            work();
        }
        times.push(start.elapsed().as_nanos() as f64 / f64::from(batch));
    }
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_policy_allows() {
        for count in COUNTS {
            let scps = [compile(FULL_ACCESS, PolicyKind::ServiceControl).expect("a policy")];
            let texts: Vec<String> = (0..count).map(|at| identity(at, at + 1 == count)).collect();
            let policies = compile_all(&texts).expect("policies");
            assert!(is_allowed(&scps, &policies), "{count}");
            assert!(!is_allowed(&scps, &policies[..count - 1]), "{count}");
        }
    }
}
