//! An organization with its instance, a person and a group in it, and accounts inside and outside.

use std::sync::atomic::{AtomicU8, Ordering};

use atrium_access::{
    Approach, NewAssignment, NewPermissionSet, Quotas, RoleChange, RoleQuotas,
    create_account_assignment, create_permission_set, perform_request, take_request,
};
use atrium_model::access::{
    AccessRequest, CustomerManagedPolicy, PermissionSet, PermissionSetArn, RequestStatus,
};
use atrium_model::application::AssignedPrincipal;
use atrium_model::directory::{
    Group, Instance, InstanceKind, InstanceStatus, Profile, User, UserStatus,
};
use atrium_model::iam::{ManagedPolicy, PolicyVersion, Role};
use atrium_model::organization::{
    Account, AccountStatus, FeatureSet, Joined, JoinedMethod, Organization, ParentId,
};
use atrium_model::{
    AccountId, Caller, IdentityStoreId, InstanceId, OpContext, Principal, Random, Region, Timestamp,
};
use atrium_store::{Store, StoreError, Tx};

/// The management account.
pub const OWNER: &str = "111111111111";
pub const MEMBER: &str = "222222222222";
pub const OTHER: &str = "333333333333";
/// An account of nobody's organization.
pub const STRANGER: &str = "999999999999";
pub const JANE: &str = "94d00cd8-e9e6-4810-b177-b08e84775435";
pub const STAFF: &str = "24d00cd8-e9e6-4810-b177-b08e84775435";
pub const NOBODY: &str = "04d00cd8-e9e6-4810-b177-b08e84775435";
pub const READ_ONLY: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";
pub const BILLING: &str = "arn:aws:iam::aws:policy/job-function/Billing";
pub const ALLOW: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}"#;

pub const IAM: RoleQuotas = RoleQuotas {
    roles: 1000,
    policies_per_role: 10,
};

const NOW: Timestamp = Timestamp::from_millis(1_780_000_000_000);

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

fn store_id() -> IdentityStoreId {
    "d-9067012345".parse().expect("an identity store id")
}

pub fn jane() -> AssignedPrincipal {
    AssignedPrincipal::new("USER", JANE).expect("a user")
}

pub fn staff() -> AssignedPrincipal {
    AssignedPrincipal::new("GROUP", STAFF).expect("a group")
}

pub fn nobody() -> AssignedPrincipal {
    AssignedPrincipal::new("USER", NOBODY).expect("a user")
}

pub fn customer(name: &str, path: &str) -> CustomerManagedPolicy {
    CustomerManagedPolicy {
        name: name.into(),
        path: path.into(),
    }
}

/// What a test works with.
pub struct Step<'a> {
    pub cx: OpContext<'a>,
    pub tx: &'a mut dyn Tx,
    pub instance: &'a Instance,
}

impl<'a> Step<'a> {
    pub fn owner(&self) -> Approach<'a> {
        Approach {
            instance: self.instance,
            delegated: false,
        }
    }

    pub fn delegate(&self) -> Approach<'a> {
        Approach {
            instance: self.instance,
            delegated: true,
        }
    }

    /// A new permission set.
    pub fn set(&mut self, name: &str) -> PermissionSet {
        let new = NewPermissionSet {
            name: name.into(),
            ..NewPermissionSet::default()
        };
        let (quotas, owner) = (Quotas::default(), self.owner());
        create_permission_set(&self.cx, &mut *self.tx, &quotas, owner, new)
            .expect("a permission set")
    }

    /// The permission set as it is now.
    pub fn now(&mut self, set: &PermissionSet) -> PermissionSet {
        self.tx
            .permission_set(&set.instance, &set.id)
            .expect("a working store")
            .expect("the permission set")
    }

    /// A customer managed policy in an account.
    pub fn policy(&mut self, at: &str, name: &str, path: &str) {
        let policy = ManagedPolicy {
            account: account(at),
            id: format!("ANPA{}", self.cx.new_upper(17)),
            name: name.into(),
            path: path.into(),
            description: None,
            default_version: 1,
            last_version: 1,
            tags: Vec::new(),
            created: NOW,
            updated: NOW,
        };
        let version = PolicyVersion {
            number: 1,
            document: ALLOW.into(),
            created: NOW,
        };
        let at = account(at);
        self.tx.insert_managed_policy(&policy).expect("a policy");
        self.tx
            .insert_policy_version(&at, &policy.id, &version)
            .expect("a version");
    }

    /// Asks for an assignment.
    pub fn ask(&mut self, set: &PermissionSet, at: &str, who: AssignedPrincipal) -> AccessRequest {
        let (quotas, owner) = (Quotas::default(), self.owner());
        let new = new_assignment(&set.arn(), at, who);
        create_account_assignment(&self.cx, self.tx, &quotas, owner, new).expect("a request")
    }

    /// Does one piece of work; none if there is nothing to do.
    pub fn turn(&mut self, iam: RoleQuotas) -> Option<Vec<RoleChange>> {
        let request = take_request(&self.cx, &mut *self.tx).expect("a working store")?;
        Some(perform_request(&self.cx, self.tx, iam, &request).expect("done"))
    }

    /// Does all that was asked for, and answers what became of the request and what changed.
    pub fn work(&mut self, request: &AccessRequest) -> (Result<(), String>, Vec<RoleChange>) {
        self.work_within(request, IAM)
    }

    pub fn work_within(
        &mut self,
        request: &AccessRequest,
        iam: RoleQuotas,
    ) -> (Result<(), String>, Vec<RoleChange>) {
        let mut changes = Vec::new();
        for _ in 0..50 {
            match self.turn(iam) {
                Some(more) => changes.extend(more),
                None => break,
            }
        }
        let id = request.asked.id.as_deref().expect("an id");
        let kind = request.asked.kind;
        let found = self.tx.access_request(&request.asked.instance, kind, id);
        let found = found.expect("a working store").expect("the request");
        let outcome = match (found.status, found.failure_reason) {
            (RequestStatus::Succeeded, None) => Ok(()),
            (RequestStatus::Failed, Some(reason)) => Err(reason),
            other => panic!("{other:?}"),
        };
        (outcome, changes)
    }

    /// Assigns, and waits until it is done.
    pub fn assign(&mut self, set: &PermissionSet, at: &str, who: AssignedPrincipal) {
        let request = self.ask(set, at, who);
        self.work(&request).0.expect("an assignment");
    }

    /// The role of a permission set in an account.
    pub fn role(&mut self, set: &PermissionSet, at: &str) -> Option<Role> {
        let at = account(at);
        let has = self.tx.provisioned(&set.instance, &at, &set.id);
        let has = has.expect("a working store")?;
        self.tx.role(&at, &has.role_name).expect("a working store")
    }

    pub fn attached(&mut self, role: &Role) -> Vec<String> {
        self.tx
            .attached_managed_policies(&role.account, &role.id, "", 99)
            .expect("a working store")
    }

    pub fn epoch(&mut self) -> i64 {
        self.tx.policy_epoch().expect("a working store")
    }
}

pub fn new_assignment(set: &PermissionSetArn, at: &str, who: AssignedPrincipal) -> NewAssignment {
    NewAssignment {
        permission_set: set.clone(),
        account: account(at),
        principal: who,
        refusal: None,
    }
}

/// Runs a test's body in one transaction on a fresh database.
pub fn run(body: fn(&mut Step<'_>)) {
    run_in("eu-west-1", body);
}

/// [`run`], with the instance in another Region.
pub fn run_in(region: &'static str, body: fn(&mut Step<'_>)) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open_sqlite(&folder.path().join("atrium.db")).expect("a database");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let work = move |tx: &mut dyn Tx| {
        let region: Region = region.parse().expect("a Region");
        let instance = prepare(tx, &region)?;
        let caller = Caller {
            account: account(OWNER),
            principal: Principal::Root,
            access_key_id: "AKIA".into(),
            session: None,
        };
        let random = Numbers(AtomicU8::new(1));
        let cx = OpContext {
            now: NOW,
            random: &random,
            caller: &caller,
            region: &region,
            request_id: "r",
        };
        body(&mut Step {
            cx,
            tx,
            instance: &instance,
        });
        Ok::<_, StoreError>(())
    };
    runtime
        .block_on(store.write(work))
        .expect("a working store");
}

fn prepare(tx: &mut dyn Tx, region: &Region) -> Result<Instance, StoreError> {
    let organization = Organization {
        id: "o-aaaaaaaaaa".parse().expect("an organization id"),
        management: account(OWNER),
        root: "r-aaaa".parse().expect("a root id"),
        feature_set: FeatureSet::All,
        created_at: NOW,
    };
    for id in [OWNER, MEMBER, OTHER, STRANGER] {
        tx.insert_account(&Account {
            id: account(id),
            email: format!("{id}@example.com"),
            name: id.into(),
            status: AccountStatus::Active,
            created_at: NOW,
            closed_at: None,
            joined: None,
        })?;
    }
    tx.insert_organization(&organization)?;
    for id in [OWNER, MEMBER, OTHER] {
        let joined = Joined {
            organization: organization.id.clone(),
            parent: ParentId::Root(organization.root.clone()),
            at: NOW,
            method: JoinedMethod::Created,
        };
        tx.place_account(&account(id), Some(&joined))?;
    }
    let instance = Instance {
        id: instance_id(),
        kind: InstanceKind::Organization,
        owner: account(OWNER),
        region: region.clone(),
        organization: Some(organization.id),
        identity_store: store_id(),
        name: None,
        status: InstanceStatus::Active,
        status_reason: None,
        created: NOW,
        kms_key_arn: None,
        encryption_settled: None,
        account_instances_allowed: false,
        permission_sets_enabled: true,
    };
    tx.insert_instance(&instance)?;
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
        created_at: NOW,
        created_by: "x".into(),
        updated_at: NOW,
        updated_by: "x".into(),
    })?;
    tx.insert_group(&Group {
        store: store_id(),
        id: STAFF.parse().expect("a group id"),
        revision: 1,
        display_name: "Staff".into(),
        description: None,
        external_ids: Vec::new(),
        created_at: NOW,
        created_by: "x".into(),
        updated_at: NOW,
        updated_by: "x".into(),
    })?;
    Ok(instance)
}
