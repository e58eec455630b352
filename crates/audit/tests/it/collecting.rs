//! What the run does when AWS is not as one would like.

use std::sync::Arc;
use std::time::Duration;

use atrium_audit::{
    AuditError, AuditOptions, InstanceType, Inventory, NoProgress, Outcome, collect,
};

use crate::fake::Fake;
use crate::samples::{CLOSED, MEMBER, SUSPENDED, world};
use crate::world::{MANAGEMENT, World, WorldInstance};

pub fn options() -> AuditOptions {
    AuditOptions::new(Arc::new(|| jiff::Timestamp::UNIX_EPOCH))
}

pub async fn audit(world: World, caller: &str) -> Inventory {
    let fake = Fake::new(world, Duration::from_millis(5));
    collect(&fake.config(caller), &options(), &NoProgress)
        .await
        .unwrap()
}

fn owners(inventory: &Inventory) -> Vec<(&str, InstanceType)> {
    inventory
        .instances
        .iter()
        .map(|one| (one.account_id.as_str(), one.instance_type))
        .collect()
}

const BOTH: [(&str, InstanceType); 2] = [
    (MANAGEMENT, InstanceType::Organization),
    (MEMBER, InstanceType::Account),
];

#[tokio::test(start_paused = true)]
async fn goes_on_past_accounts_that_refuse_and_says_so() {
    let found = audit(world(), MANAGEMENT).await;
    assert_eq!(owners(&found), BOTH);
    let outcome = |id: &str| found.coverage.accounts[id].outcome;
    assert_eq!(outcome(MANAGEMENT), Outcome::Examined);
    assert_eq!(outcome(MEMBER), Outcome::Examined);
    assert_eq!(outcome(CLOSED), Outcome::Denied);
    assert_eq!(outcome(SUSPENDED), Outcome::Skipped);
    assert_eq!(
        found.coverage.accounts[MEMBER].regions["xx-off-1"].outcome,
        Outcome::Disabled
    );
    assert!(!found.coverage.is_complete());
    assert_eq!(
        found.accounts[MEMBER].ou_path.as_deref(),
        Some("Root/Workloads")
    );
    // Pages of two, so three users took two calls.
    assert_eq!(found.instances[0].users.as_ref().map(Vec::len), Some(3));
}

#[tokio::test(start_paused = true)]
async fn a_delegate_reports_the_organization_instance_once() {
    for management_closed in [false, true] {
        let mut world = world();
        world.delegates = vec![MEMBER.to_owned()];
        if management_closed {
            world.closed.insert(MANAGEMENT.to_owned());
        }
        let found = audit(world, MEMBER).await;
        assert_eq!(owners(&found), BOTH, "{management_closed}");
        assert!(
            found.instances.iter().all(|one| one.users.is_some()),
            "{management_closed}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_organization_instance_nobody_can_read_is_still_listed() {
    let mut world = world();
    world.closed.insert(MANAGEMENT.to_owned());
    world.regions = vec!["us-east-1".to_owned(), "eu-west-1".to_owned()];
    // A member without delegation sees it in its list and can do no more.
    let found = audit(world, MEMBER).await;
    assert_eq!(owners(&found), BOTH);
    assert_eq!(found.instances[0].users, None);
    assert_eq!(found.coverage.accounts[MANAGEMENT].outcome, Outcome::Denied);
}

#[tokio::test(start_paused = true)]
async fn a_management_account_can_own_an_account_instance_too() {
    let mut world = world();
    let odd = WorldInstance {
        ids: None,
        owner: MANAGEMENT.to_owned(),
        region: "eu-west-1".to_owned(),
        number: 3,
        ..Default::default()
    };
    world.instances.push(odd);
    // The organization instance goes by its permission sets here; the odd one is refused them.
    let found = audit(world, MANAGEMENT).await;
    let of_management = found
        .instances
        .iter()
        .filter(|one| one.account_id == MANAGEMENT);
    let types: Vec<_> = of_management
        .map(|one| (one.region.as_str(), one.instance_type))
        .collect();
    assert_eq!(
        types,
        [
            ("eu-west-1", InstanceType::Account),
            ("us-east-1", InstanceType::Organization)
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn throttling_loses_nothing() {
    let mut slow = world();
    slow.throttle_every = Some(3);
    let (slow, quick) = (
        audit(slow, MANAGEMENT).await,
        audit(world(), MANAGEMENT).await,
    );
    assert_eq!(slow.instances, quick.instances);
    assert!(slow.coverage.total_calls() > quick.coverage.total_calls());
}

#[tokio::test(start_paused = true)]
async fn an_account_that_stands_alone_audits_itself() {
    let mut alone = world();
    alone.standalone = true;
    alone.instances.remove(0);
    let found = audit(alone, MEMBER).await;
    assert_eq!(owners(&found), [(MEMBER, InstanceType::Account)]);
    assert_eq!(found.coverage.accounts.len(), 1);
    assert!(found.coverage.is_complete());
}

#[tokio::test(start_paused = true)]
async fn refused_calls_are_gaps_and_unknown_operations_are_no_loss() {
    let cases = [
        (
            "ListPermissionSets",
            "UnknownOperationException",
            Outcome::Unsupported,
            true,
        ),
        (
            "ListApplications",
            "AccessDeniedException",
            Outcome::Denied,
            false,
        ),
        (
            "ListUsers",
            "ResourceNotFoundException",
            Outcome::Failed,
            false,
        ),
    ];
    for (operation, code, outcome, complete) in cases {
        let mut world = world();
        world.closed.clear();
        world.refused.insert(operation, code);
        let found = audit(world, MANAGEMENT).await;
        assert!(!found.coverage.gaps.is_empty(), "{operation}");
        assert!(
            found.coverage.gaps.iter().all(|gap| gap.outcome == outcome),
            "{:?}",
            found.coverage.gaps
        );
        assert_eq!(found.coverage.is_complete(), complete, "{operation}");
        assert_eq!(owners(&found), BOTH, "{operation}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_of_accounts_that_is_refused_ends_the_run() {
    let mut world = world();
    world
        .refused
        .insert("ListAccounts", "AccessDeniedException");
    let fake = Fake::new(world, Duration::ZERO);
    let failed = collect(&fake.config(MEMBER), &options(), &NoProgress).await;
    assert!(matches!(failed, Err(AuditError::Accounts(_))), "{failed:?}");
    // Accounts that are named can do without the list.
    let named = AuditOptions {
        accounts: [MEMBER.to_owned()].into(),
        ..options()
    };
    let found = collect(&fake.config(MEMBER), &named, &NoProgress)
        .await
        .unwrap();
    assert!(
        found
            .instances
            .iter()
            .any(|one| one.account_id == MEMBER && one.users.is_some())
    );
}

#[tokio::test(start_paused = true)]
async fn a_filter_skips_the_others_and_knows_all_names() {
    let fake = Fake::new(world(), Duration::ZERO);
    let only = AuditOptions {
        accounts: [MEMBER.to_owned()].into(),
        ..options()
    };
    let found = collect(&fake.config(MANAGEMENT), &only, &NoProgress)
        .await
        .unwrap();
    assert_eq!(
        found.coverage.accounts[MANAGEMENT].outcome,
        Outcome::Skipped
    );
    assert_eq!(found.coverage.accounts[MEMBER].outcome, Outcome::Examined);
    let wrong = AuditOptions {
        accounts: ["999999999999".to_owned()].into(),
        ..options()
    };
    let failed = collect(&fake.config(MANAGEMENT), &wrong, &NoProgress).await;
    assert!(matches!(failed, Err(AuditError::UnknownAccount(id)) if id == "999999999999"));
}
