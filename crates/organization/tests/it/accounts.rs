use atrium_model::organization::{
    AccountState, AccountStatus, CreateAccountFailureReason, CreateAccountState, FeatureSet,
    OrganizationTag,
};
use atrium_model::{OpContext, Timestamp};
use atrium_organization::*;
use atrium_store::{StoreError, Tx};

use crate::refused;
use crate::world::{DAY, MANAGEMENT, STRANGER, World, all, id, quotas};

#[test]
fn an_account_has_an_id_and_an_address_of_its_own() {
    let world = World::new();
    let made = world.account(MANAGEMENT);
    assert_eq!(
        (made.status, made.state()),
        (AccountStatus::Active, AccountState::Active)
    );
    let new = |number: Option<&str>, email: &str| NewAccount {
        id: number.map(id),
        email: email.into(),
        name: "n".into(),
    };
    let same_address = new(None, "111111111111@EXAMPLE.com");
    refused!(
        world.run(move |cx, tx| create_account(cx, tx, same_address.clone())),
        NewAccountError::EmailTaken
    );
    let same_id = new(Some(MANAGEMENT), "other@example.com");
    refused!(
        world.run(move |cx, tx| create_account(cx, tx, same_id.clone())),
        NewAccountError::IdTaken(_)
    );
    let random = new(None, "new@example.com");
    let made = world.ok(move |cx, tx| create_account(cx, tx, random.clone()));
    assert_eq!(made.id.as_str().len(), 12);
}

#[test]
fn an_account_exists_from_its_first_use() {
    let world = World::new();
    let at = Timestamp::from_millis(5);
    let first = world.ok(move |_, tx| ensure_account(tx, &id(STRANGER), at));
    let again = world.ok(|_, tx| ensure_account(tx, &id(STRANGER), Timestamp::from_millis(9)));
    assert_eq!(first, again);
    assert_eq!((first.created_at, first.joined), (at, None));
}

#[test]
fn a_request_for_an_account_tells_what_became_of_it() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    let create = |email: &str, most: i64, tags: &[(&str, &str)]| {
        let (organization, email) = (organization.clone(), email.to_owned());
        let tags: Vec<_> = tags
            .iter()
            .map(|(key, value)| OrganizationTag {
                key: (*key).into(),
                value: (*value).into(),
            })
            .collect();
        let quotas = Quotas {
            accounts: most,
            ..quotas()
        };
        world.run(move |cx, tx| {
            let (email, tags) = (email.clone(), tags.clone());
            let new = NewMemberAccount {
                email,
                name: "New".into(),
                tags,
            };
            create_member_account(cx, tx, &organization, new, &quotas)
        })
    };
    let made = create("new@example.com", 9, &[("team", "a")]).expect("a status");
    assert_eq!(
        (made.state, made.failure_reason),
        (CreateAccountState::Succeeded, None)
    );
    let account = created_account(&made).expect("an account").clone();
    let cases = [
        (
            "NEW@example.com",
            9,
            CreateAccountFailureReason::EmailAlreadyExists,
        ),
        (
            "more@example.com",
            2,
            CreateAccountFailureReason::AccountLimitExceeded,
        ),
    ];
    for (email, most, reason) in cases {
        let status = create(email, most, &[]).expect("a status");
        assert_eq!(
            (status.state, status.failure_reason),
            (CreateAccountState::Failed, Some(reason))
        );
        assert_eq!(created_account(&status), None);
    }
    refused!(
        create("x@example.com", 9, &[("k", "1"), ("k", "2")]),
        TagError::DuplicateKey(_)
    );
    refused!(
        create("x@example.com", 9, &[("AWS:k", "1")]),
        TagError::Reserved(_)
    );

    let org = organization.clone();
    let (tags, listed) = world.ok(move |_, tx| {
        let tags = list_tags(tx, &org, account.as_str(), &all())?;
        let states = [CreateAccountState::Failed];
        Ok::<_, StoreError>((
            tags.items,
            list_create_account_status(tx, &org, &states, &all())?.items,
        ))
    });
    assert_eq!((tags.len(), listed.len()), (1, 2));
    let (org, known) = (organization.clone(), made.id.clone());
    let found = world.ok(move |_, tx| describe_create_account_status(tx, &org, &known));
    assert_eq!(found, made);
    let unknown: atrium_model::CreateAccountRequestId = "car-00000000".parse().expect("an id");
    refused!(
        world.run(move |_, tx| describe_create_account_status(tx, &organization, &unknown)),
        CreateAccountStatusError::NotFound
    );
}

#[test]
fn closing_an_account_suspends_it() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    let member = world.member(&organization, "one");
    let other = world.member(&organization, "two");
    let administrator = world.member(&organization, "three");
    world.account(STRANGER);
    let org = organization.clone();
    let registered = administrator.clone();
    world.ok(move |cx, tx| {
        enable_service_access(cx, tx, &org, "sso.amazonaws.com").expect("trust");
        register_delegated_administrator(cx, tx, &org, &registered, "sso.amazonaws.com")
    });
    let close = |account: &str, quota: i64| {
        let (organization, account) = (organization.clone(), id(account));
        let quotas = Quotas {
            closed_accounts: quota,
            ..quotas()
        };
        world.run(move |cx: &OpContext<'_>, tx: &mut dyn Tx| {
            close_account(cx, tx, &organization, &account, &quotas)
        })
    };
    refused!(close(MANAGEMENT, 9), CloseAccountError::Management);
    refused!(close(STRANGER, 9), CloseAccountError::NotFound);
    refused!(
        close(administrator.as_str(), 9),
        CloseAccountError::DelegatedAdministrator
    );
    let before = world.epoch();
    close(member.as_str(), 1).expect("closed");
    assert!(world.epoch() > before, "sessions of the account end");
    refused!(close(member.as_str(), 1), CloseAccountError::AlreadyClosed);
    refused!(close(other.as_str(), 1), CloseAccountError::Quota);
    world.pass(31 * DAY);
    close(other.as_str(), 1).expect("closed a month later");
    let found = world.ok(move |_, tx| describe_account(tx, &organization, &member));
    assert_eq!(
        (found.status, found.state()),
        (AccountStatus::Suspended, AccountState::Closed)
    );
    assert!(found.joined.is_some(), "it stays in the organization");
}

#[test]
fn opt_in_regions_are_off_until_enabled() {
    let world = World::new();
    world.account(MANAGEMENT);
    let status = |name: &str| {
        let region = name.parse().expect("a Region");
        world.ok(move |_, tx| region_status(tx, &id(MANAGEMENT), &region))
    };
    let set = |name: &str, enabled: bool| {
        let region = name.parse().expect("a Region");
        world.run(move |_, tx| set_region(tx, &id(MANAGEMENT), &region, enabled))
    };
    assert_eq!(status("us-east-1"), RegionStatus::EnabledByDefault);
    assert_eq!(status("af-south-1"), RegionStatus::Disabled);
    set("af-south-1", true).expect("enabled");
    set("af-south-1", true).expect("enabled again");
    assert_eq!(status("af-south-1"), RegionStatus::Enabled);
    refused!(set("us-east-1", false), RegionError::EnabledByDefault(_));
    let listed = world.ok(|_, tx| list_regions(tx, &id(MANAGEMENT)));
    assert_eq!(listed.len(), atrium_model::REGIONS.len());
    let enabled = listed
        .iter()
        .filter(|(_, status)| *status == RegionStatus::Enabled);
    assert_eq!(
        enabled.map(|(name, _)| *name).collect::<Vec<_>>(),
        ["af-south-1"]
    );
    set("af-south-1", false).expect("disabled");
    assert_eq!(status("af-south-1"), RegionStatus::Disabled);
}
