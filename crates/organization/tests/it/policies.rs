use atrium_model::PolicyId;
use atrium_model::organization::{
    FeatureSet, Organization, OrganizationPolicy, OrganizationTag, PolicyType, TargetId,
};
use atrium_organization::*;

use crate::refused;
use crate::world::{MANAGEMENT, STRANGER, World, all, id, quotas};

const SCP: PolicyType = PolicyType::ServiceControlPolicy;
const DENY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"sso:CreateInstance","Resource":"*"}]}"#;

fn create(
    world: &World,
    organization: &Organization,
    kind: PolicyType,
    name: &str,
    content: &str,
    quotas: Quotas,
) -> Result<OrganizationPolicy, PolicyError> {
    let (organization, name, content) = (organization.clone(), name.to_owned(), content.to_owned());
    world.run(move |cx, tx| {
        let new = NewPolicy {
            kind,
            name: name.clone(),
            description: "d".into(),
            content: content.clone(),
            tags: Vec::new(),
        };
        create_policy(cx, tx, &organization, new, &quotas)
    })
}

fn enable(
    world: &World,
    organization: &Organization,
    kind: PolicyType,
) -> Result<(), PolicyTypeError> {
    let organization = organization.clone();
    world.run(move |_, tx| enable_policy_type(tx, &organization, &organization.root, kind))
}

fn disable(
    world: &World,
    organization: &Organization,
    kind: PolicyType,
) -> Result<(), PolicyTypeError> {
    let organization = organization.clone();
    world.run(move |_, tx| disable_policy_type(tx, &organization, &organization.root, kind))
}

fn attach(
    world: &World,
    organization: &Organization,
    policy: &str,
    target: &TargetId,
    quotas: Quotas,
) -> Result<(), AttachmentError> {
    let (organization, target) = (organization.clone(), target.clone());
    let policy: PolicyId = policy.parse().expect("a policy id");
    world.run(move |_, tx| attach_policy(tx, &organization, &policy, &target, &quotas))
}

fn detach(
    world: &World,
    organization: &Organization,
    policy: &str,
    target: &TargetId,
) -> Result<(), AttachmentError> {
    let (organization, target) = (organization.clone(), target.clone());
    let policy: PolicyId = policy.parse().expect("a policy id");
    world.run(move |_, tx| detach_policy(tx, &organization, &policy, &target))
}

#[test]
fn documents_must_be_of_their_type() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    let principal = DENY.replace("\"Effect\"", "\"Principal\":\"*\",\"Effect\"");
    let old = DENY.replace("2012-10-17", "2008-10-17");
    let long = format!("{DENY}{}", " ".repeat(10_241 - DENY.len()));
    let longest = format!("{DENY}{}", " ".repeat(10_240 - DENY.len()));
    let cases: [(&str, PolicyType, &str, &str); 9] = [
        ("good", SCP, DENY, "ok"),
        ("as long as may be", SCP, &longest, "ok"),
        ("too long", SCP, &long, "long"),
        ("with a principal", SCP, &principal, "malformed"),
        ("of the older version", SCP, &old, "malformed"),
        ("not JSON", SCP, "{", "malformed"),
        (
            "a tag policy",
            PolicyType::TagPolicy,
            r#"{"tags":{}}"#,
            "ok",
        ),
        (
            "a tag policy that is a list",
            PolicyType::TagPolicy,
            "[]",
            "malformed",
        ),
        (
            "a tag policy that is no JSON",
            PolicyType::TagPolicy,
            "tags",
            "malformed",
        ),
    ];
    for (case, kind, content, want) in cases {
        let got = match create(&world, &organization, kind, case, content, quotas()) {
            Ok(_) => "ok",
            Err(PolicyError::Content(PolicyContentError::Malformed { .. })) => "malformed",
            Err(PolicyError::Content(PolicyContentError::TooLong(10_240))) => "long",
            Err(error) => panic!("{case}: {error:?}"),
        };
        assert_eq!(got, want, "{case}");
    }
}

#[test]
fn policies_are_made_changed_and_deleted() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    let made = create(&world, &organization, SCP, "One", DENY, quotas()).expect("a policy");
    refused!(
        create(&world, &organization, SCP, "One", DENY, quotas()),
        PolicyError::NameTaken(_)
    );
    let one = Quotas {
        service_control_policies: 1,
        ..quotas()
    };
    refused!(
        create(&world, &organization, SCP, "Two", DENY, one),
        PolicyError::Quota
    );
    create(&world, &organization, SCP, "Two", DENY, quotas()).expect("a policy");

    let update = |policy: &str, change: PolicyChange| {
        let (organization, policy) = (organization.clone(), policy.parse().expect("an id"));
        world.run(move |cx, tx| {
            update_policy(cx, tx, &organization, &policy, change.clone(), &quotas())
        })
    };
    let own = made.summary.id.as_str();
    let named = |name: &str| PolicyChange {
        name: Some(name.into()),
        ..PolicyChange::default()
    };
    refused!(update(own, named("Two")), PolicyError::NameTaken(_));
    refused!(
        update("p-FullAWSAccess", named("Mine")),
        PolicyError::Immutable
    );
    refused!(
        update("p-00000000", named("Nobody's")),
        PolicyError::NotFound
    );
    let bad = PolicyChange {
        content: Some("{}".into()),
        ..PolicyChange::default()
    };
    refused!(update(own, bad), PolicyError::Content(_));
    let before = world.epoch();
    assert_eq!(
        update(own, named("Uno")).expect("changed").summary.name,
        "Uno"
    );
    assert!(world.epoch() > before);

    let delete = |policy: &str| {
        let (organization, policy) = (organization.clone(), policy.parse().expect("an id"));
        world.run(move |_, tx| delete_policy(tx, &organization, &policy))
    };
    enable(&world, &organization, SCP).expect("enabled");
    let target = TargetId::Account(id(MANAGEMENT));
    attach(&world, &organization, own, &target, quotas()).expect("attached");
    refused!(delete(own), PolicyError::InUse);
    refused!(delete("p-FullAWSAccess"), PolicyError::Immutable);
    detach(&world, &organization, own, &target).expect("detached");
    delete(own).expect("deleted");
    refused!(delete(own), PolicyError::NotFound);
}

#[test]
fn consolidated_billing_has_no_policies() {
    let world = World::new();
    let organization = world.organization(FeatureSet::ConsolidatedBilling);
    refused!(
        create(&world, &organization, SCP, "One", DENY, quotas()),
        PolicyError::NotAllFeatures
    );
    refused!(
        enable(&world, &organization, SCP),
        PolicyTypeError::NotAllFeatures
    );
}

#[test]
fn an_enabled_type_reaches_everything_old_and_new() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    let old = world.member(&organization, "old");
    let org = organization.clone();
    refused!(
        world.run(move |_, tx| {
            enable_policy_type(tx, &org, &"r-zzzz".parse().expect("a root"), SCP)
        }),
        PolicyTypeError::RootNotFound
    );
    refused!(
        disable(&world, &organization, SCP),
        PolicyTypeError::NotEnabled(SCP)
    );
    enable(&world, &organization, SCP).expect("enabled");
    refused!(
        enable(&world, &organization, SCP),
        PolicyTypeError::AlreadyEnabled(SCP)
    );
    let new = world.member(&organization, "new");
    for account in [old, new] {
        let account_id = account.clone();
        let levels = world
            .ok(move |_, tx| tx.scp_levels(&account_id))
            .expect("levels");
        let names: Vec<_> = levels
            .iter()
            .flatten()
            .map(|policy| policy.name.as_str())
            .collect();
        assert_eq!(
            names,
            ["FullAWSAccess", "FullAWSAccess"],
            "root and account {account}"
        );
    }
    disable(&world, &organization, SCP).expect("disabled");
    enable(&world, &organization, SCP).expect("enabled again");
    let full: PolicyId = "p-FullAWSAccess".parse().expect("an id");
    let targets = world.ok(move |_, tx| list_targets_for_policy(tx, &organization, &full, &all()));
    assert_eq!(targets.items.len(), 4, "root and three accounts");
}

#[test]
fn attachments_have_a_least_and_a_most() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    let policy = create(&world, &organization, SCP, "One", DENY, quotas()).expect("a policy");
    let own = policy.summary.id.as_str();
    let root = TargetId::Root(organization.root.clone());
    let on = |target: &TargetId| attach(&world, &organization, own, target, quotas());
    refused!(on(&root), AttachmentError::TypeNotEnabled(SCP));
    enable(&world, &organization, SCP).expect("enabled");
    refused!(
        on(&TargetId::Account(id(STRANGER))),
        AttachmentError::TargetNotFound
    );
    refused!(
        on(&"ou-zzzz-zzzzzzzz".parse().expect("an id")),
        AttachmentError::TargetNotFound
    );
    refused!(
        on(&"r-zzzz".parse().expect("an id")),
        AttachmentError::TargetNotFound
    );
    refused!(
        attach(&world, &organization, "p-00000000", &root, quotas()),
        AttachmentError::PolicyNotFound
    );
    refused!(
        detach(&world, &organization, own, &root),
        AttachmentError::NotAttached
    );
    on(&root).expect("attached");
    refused!(on(&root), AttachmentError::AlreadyAttached);
    detach(&world, &organization, "p-FullAWSAccess", &root).expect("one is left");
    refused!(
        detach(&world, &organization, own, &root),
        AttachmentError::Last
    );
    // The refusal took nothing away.
    for number in 0..10 {
        let name = format!("More {number}");
        let more = create(&world, &organization, SCP, &name, DENY, quotas()).expect("a policy");
        let answer = attach(
            &world,
            &organization,
            more.summary.id.as_str(),
            &root,
            quotas(),
        );
        match number {
            9 => refused!(answer, AttachmentError::TooMany),
            _ => answer.expect("attached"),
        }
    }
    let listed = |kind: PolicyType| {
        let (organization, root) = (organization.clone(), root.clone());
        world.ok(move |_, tx| list_policies_for_target(tx, &organization, &root, kind, &all()))
    };
    assert_eq!(
        (
            listed(SCP).items.len(),
            listed(PolicyType::TagPolicy).items.len()
        ),
        (10, 0)
    );
    let rcp = PolicyType::ResourceControlPolicy;
    enable(&world, &organization, rcp).expect("enabled");
    refused!(
        detach(&world, &organization, "p-RCPFullAWSAccess", &root),
        AttachmentError::NotDetachable
    );
}

#[test]
fn tags_are_few_and_not_aws_s() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    let put = |resource: &str, keys: Vec<String>| {
        let (organization, resource) = (organization.clone(), resource.to_owned());
        let tags: Vec<_> = keys
            .into_iter()
            .map(|key| OrganizationTag {
                key,
                value: String::new(),
            })
            .collect();
        world.run(move |_, tx| put_tags(tx, &organization, &resource, &tags, &quotas()))
    };
    let keys = |from: usize, to: usize| (from..to).map(|n| format!("k{n:02}")).collect();
    put(MANAGEMENT, keys(0, 50)).expect("fifty");
    put(MANAGEMENT, keys(0, 50)).expect("the same fifty");
    refused!(put(MANAGEMENT, keys(50, 51)), TagError::Quota);
    refused!(put(MANAGEMENT, keys(0, 51)), TagError::Quota);
    refused!(put(MANAGEMENT, vec!["aws:x".into()]), TagError::Reserved(_));
    refused!(
        put(MANAGEMENT, vec!["x".into(), "x".into()]),
        TagError::DuplicateKey(_)
    );
    let (org, gone) = (
        organization.clone(),
        vec!["k00".to_owned(), "none".to_owned()],
    );
    world.ok(move |_, tx| delete_tags(tx, &org, MANAGEMENT, &gone));
    put(MANAGEMENT, keys(50, 51)).expect("room for one");

    let policy = create(&world, &organization, SCP, "One", DENY, quotas()).expect("a policy");
    let cases = [
        (MANAGEMENT, true),
        (STRANGER, false),
        (organization.root.as_str(), true),
        ("r-zzzz", false),
        (policy.summary.id.as_str(), true),
        ("p-FullAWSAccess", false),
        ("rp-00000000", false),
        ("", false),
    ];
    for (resource, known) in cases {
        let (organization, text) = (organization.clone(), resource.to_owned());
        let found = world.run(move |_, tx| find_tagged_resource(tx, &organization, &text));
        assert_eq!(found.is_ok(), known, "{resource}");
    }
}

#[test]
fn a_delegation_policy_is_about_organizations_and_accounts() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    let put = |content: &str, tags: &[OrganizationTag]| {
        let (organization, content, tags) =
            (organization.clone(), content.to_owned(), tags.to_vec());
        world.run(move |cx, tx| {
            put_resource_policy(cx, tx, &organization, &content, &tags, &quotas())
        })
    };
    let good = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"organizations:ListAccounts","Resource":"*"}]}"#;
    let tags = [OrganizationTag {
        key: "k".into(),
        value: "v".into(),
    }];
    let org = organization.clone();
    refused!(
        world.run(move |_, tx| describe_resource_policy(tx, &org)),
        ResourcePolicyError::NotFound
    );
    let first = put(good, &tags).expect("kept");
    assert!(first.id.starts_with("rp-"), "{}", first.id);
    refused!(put(good, &tags), ResourcePolicyError::TagsOnUpdate);
    assert_eq!(put(good, &[]).expect("replaced").id, first.id);
    refused!(put("{}", &[]), ResourcePolicyError::Malformed(_));
    // 40,000 characters are the most.
    let padded = |length: usize| format!("{good}{}", " ".repeat(length - good.len()));
    put(&padded(40_000), &[]).expect("kept");
    refused!(put(&padded(40_001), &[]), ResourcePolicyError::Malformed(_));
    refused!(
        put(&good.replace("organizations:", "sso:"), &[]),
        ResourcePolicyError::Action(_)
    );
    let service = good.replace(
        r#"{"AWS":"222222222222"}"#,
        r#"{"Service":"sso.amazonaws.com"}"#,
    );
    refused!(put(&service, &[]), ResourcePolicyError::Principal(_));
    let org = organization.clone();
    world.ok(move |_, tx| delete_resource_policy(tx, &org));
    refused!(
        world.run(move |_, tx| delete_resource_policy(tx, &organization)),
        ResourcePolicyError::NotFound
    );
}
