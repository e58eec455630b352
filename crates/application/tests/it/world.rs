//! A database with an instance, a person and a group in it, and the accounts that have to do with it.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU8, Ordering};

use atrium_application::{Approach, NewApplication, Quotas, Standing, create_application};
use atrium_model::application::{Application, ApplicationArn, AssignedPrincipal};
use atrium_model::directory::{
    Group, Instance, InstanceKind, InstanceStatus, Profile, User, UserStatus,
};
use atrium_model::{
    AccountId, Caller, IdentityStoreId, InstanceId, OpContext, Principal, Random, Region, Timestamp,
};
use atrium_store::{Store, StoreError, Tx};

pub const OWNER: &str = "111111111111";
pub const MEMBER: &str = "222222222222";
pub const OTHER: &str = "333333333333";
pub const CUSTOM: &str = "arn:aws:sso::aws:applicationProvider/custom";
pub const JANE: &str = "94d00cd8-e9e6-4810-b177-b08e84775435";
pub const STAFF: &str = "24d00cd8-e9e6-4810-b177-b08e84775435";
pub const NOBODY: &str = "04d00cd8-e9e6-4810-b177-b08e84775435";

/// Different bytes each time, the same in each run.
pub struct Numbers(AtomicU8);

impl Random for Numbers {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.0.fetch_add(37, Ordering::SeqCst);
        }
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

pub fn account(id: &str) -> AccountId {
    id.parse().expect("an account")
}

pub fn instance_id() -> InstanceId {
    "ssoins-7223ab0123456789".parse().expect("an instance id")
}

pub fn store_id() -> IdentityStoreId {
    "d-9067012345".parse().expect("an identity store id")
}

pub fn jane() -> AssignedPrincipal {
    AssignedPrincipal::new("USER", JANE).expect("a user")
}

pub fn staff() -> AssignedPrincipal {
    AssignedPrincipal::new("GROUP", STAFF).expect("a group")
}

static INSTANCE: LazyLock<InstanceId> = LazyLock::new(instance_id);
static OWNER_ACCOUNT: LazyLock<AccountId> = LazyLock::new(|| account(OWNER));
static MEMBER_ACCOUNT: LazyLock<AccountId> = LazyLock::new(|| account(MEMBER));
static OTHER_ACCOUNT: LazyLock<AccountId> = LazyLock::new(|| account(OTHER));

/// The instance's administrator.
pub fn owner() -> Approach<'static> {
    Approach {
        instance: &INSTANCE,
        account: &OWNER_ACCOUNT,
        standing: Standing::Administrator,
    }
}

/// A member of the organization.
pub fn member() -> Approach<'static> {
    Approach {
        instance: &INSTANCE,
        account: &MEMBER_ACCOUNT,
        standing: Standing::Member,
    }
}

/// Another member.
pub fn other() -> Approach<'static> {
    Approach {
        instance: &INSTANCE,
        account: &OTHER_ACCOUNT,
        standing: Standing::Member,
    }
}

/// What a test works with.
pub struct Step<'a> {
    pub cx: OpContext<'a>,
    pub tx: &'a mut dyn Tx,
}

impl Step<'_> {
    /// A new application of the one who approaches.
    pub fn make(&mut self, approach: Approach<'_>, name: &str) -> Application {
        create_application(
            &self.cx,
            &mut *self.tx,
            &Quotas::default(),
            approach,
            new(name),
        )
        .expect("an application")
    }
}

pub fn new(name: &str) -> NewApplication {
    NewApplication {
        provider: CUSTOM.into(),
        name: name.into(),
        description: None,
        status: None,
        portal: None,
    }
}

pub fn arn(application: &Application) -> ApplicationArn {
    application.arn().parse().expect("an application ARN")
}

/// Runs a test's body in one transaction on a fresh database.
pub fn run(body: fn(&mut Step<'_>)) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open_sqlite(&folder.path().join("atrium.db")).expect("a database");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let work = move |tx: &mut dyn Tx| {
        prepare(tx)?;
        let caller = Caller {
            account: account(OWNER),
            principal: Principal::Root,
            access_key_id: "AKIA".into(),
            session: None,
        };
        let region: Region = "eu-west-1".parse().expect("a Region");
        let random = Numbers(AtomicU8::new(1));
        let cx = OpContext {
            now: Timestamp::from_millis(1_780_000_000_000),
            random: &random,
            caller: &caller,
            region: &region,
            request_id: "r",
        };
        body(&mut Step { cx, tx });
        Ok::<_, StoreError>(())
    };
    runtime
        .block_on(store.write(work))
        .expect("a working store");
}

fn prepare(tx: &mut dyn Tx) -> Result<(), StoreError> {
    let now = Timestamp::from_millis(1_780_000_000_000);
    tx.insert_instance(&Instance {
        id: instance_id(),
        kind: InstanceKind::Account,
        owner: account(OWNER),
        region: "eu-west-1".parse().expect("a Region"),
        organization: None,
        identity_store: store_id(),
        name: None,
        status: InstanceStatus::Active,
        status_reason: None,
        created: now,
        kms_key_arn: None,
        encryption_settled: None,
        account_instances_allowed: false,
        permission_sets_enabled: false,
    })?;
    tx.insert_user(&User {
        store: store_id(),
        id: JANE.parse().expect("a user id"),
        revision: 1,
        status: UserStatus::Enabled,
        profile: Profile {
            user_name: "jane".into(),
            ..Profile::default()
        },
        external_ids: Vec::new(),
        created_at: now,
        created_by: "x".into(),
        updated_at: now,
        updated_by: "x".into(),
    })?;
    tx.insert_group(&Group {
        store: store_id(),
        id: STAFF.parse().expect("a group id"),
        revision: 1,
        display_name: "Staff".into(),
        description: None,
        external_ids: Vec::new(),
        created_at: now,
        created_by: "x".into(),
        updated_at: now,
        updated_by: "x".into(),
    })
}
