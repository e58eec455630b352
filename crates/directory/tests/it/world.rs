//! A database with accounts, an organization, and callers.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use atrium_directory::{
    NewInstance, NewOrganizationInstance, create_instance, enable_organization_instance,
};
use atrium_model::directory::Instance;
use atrium_model::organization::{
    Account, AccountStatus, FeatureSet, Joined, JoinedMethod, Organization, ParentId,
};
use atrium_model::{
    AccountId, Caller, OpContext, OrganizationId, Principal, Random, Region, RootId, Timestamp,
};
use atrium_store::{Store, StoreError, Tx};

pub const MANAGEMENT: &str = "111111111111";
pub const MEMBER: &str = "222222222222";
pub const ADMINISTRATOR: &str = "333333333333";
pub const ALONE: &str = "444444444444";
pub const HOME: &str = "us-east-1";

/// When everything happens.
pub const NOW: Timestamp = Timestamp::from_millis(1_780_000_000_000);
/// A day on which there were no account instances.
pub const LONG_AGO: Timestamp = Timestamp::from_millis(1_685_577_600_000);

pub struct World {
    store: Store,
    random: Arc<Numbers>,
    now: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

/// Different bytes each time, the same in each run.
struct Numbers(AtomicU64);

impl Random for Numbers {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let n = self
                .0
                .fetch_add(1, Ordering::SeqCst)
                .wrapping_mul(0x9E37_79B9_7F4A_7C15);
            *byte = n.to_be_bytes()[0] ^ n.to_be_bytes()[3];
        }
    }
}

/// What a step answers when the transaction is taken back.
enum Step<E> {
    Refused(E),
    Store(StoreError),
}

impl<E> From<StoreError> for Step<E> {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

pub fn account(id: &str) -> AccountId {
    id.parse().expect("an account")
}

pub fn region(name: &str) -> Region {
    name.parse().expect("a Region")
}

impl World {
    /// Four accounts, each standing alone.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open_sqlite(&folder.path().join("atrium.db")).expect("a database");
        let random = Arc::new(Numbers(AtomicU64::new(1)));
        let world = Self {
            store,
            random,
            now: Arc::new(AtomicI64::new(NOW.as_millis())),
            _folder: folder,
        };
        world.step(|_, tx| {
            for id in [MANAGEMENT, MEMBER, ADMINISTRATOR, ALONE] {
                tx.insert_account(&Account {
                    id: account(id),
                    email: format!("{id}@example.com"),
                    name: id.to_owned(),
                    status: AccountStatus::Active,
                    created_at: LONG_AGO,
                    closed_at: None,
                    joined: None,
                })?;
            }
            Ok(())
        });
        world
    }

    /// The same with an organization that three of the accounts are in.
    pub fn organized(feature_set: FeatureSet) -> Self {
        let world = Self::new();
        world.organize(feature_set);
        world
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        let millis = i64::try_from(time.as_millis()).expect("a short time");
        self.now.fetch_add(millis, Ordering::SeqCst);
    }

    /// Makes the organization.
    pub fn organize(&self, feature_set: FeatureSet) {
        self.step(move |_, tx| {
            let id: OrganizationId = "o-aaaaaaaaaa".parse().expect("an id");
            let root: RootId = "r-aaaa".parse().expect("an id");
            tx.insert_organization(&Organization {
                id: id.clone(),
                management: account(MANAGEMENT),
                root: root.clone(),
                feature_set,
                created_at: LONG_AGO,
            })?;
            for member in [MANAGEMENT, MEMBER, ADMINISTRATOR] {
                let joined = Joined {
                    organization: id.clone(),
                    parent: ParentId::Root(root.clone()),
                    at: LONG_AGO,
                    method: JoinedMethod::Created,
                };
                tx.place_account(&account(member), Some(&joined))?;
            }
            let sso = atrium_directory::SSO_PRINCIPAL;
            tx.register_delegated_administrator(&id, &account(ADMINISTRATOR), sso, NOW)
        });
    }

    /// Runs `work` as the root user of `caller`; what it changed is kept if it succeeds.
    pub fn run<T, E>(
        &self,
        caller: &str,
        at: &str,
        work: impl FnOnce(&OpContext<'_>, &mut dyn Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        let random = Arc::clone(&self.random);
        let (caller, region) = (account(caller), region(at));
        let now = Timestamp::from_millis(self.now.load(Ordering::SeqCst));
        let mut work = Some(work);
        let answer = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime")
            .block_on(self.store.write(move |tx| {
                let caller = Caller {
                    account: caller.clone(),
                    principal: Principal::Root,
                    access_key_id: "AKIAEXAMPLE".to_owned(),
                    session: None,
                };
                let cx = OpContext {
                    now,
                    random: &*random,
                    caller: &caller,
                    region: &region,
                    request_id: "00000000-0000-4000-8000-000000000000",
                };
                // SQLite runs it once.
                work.take().expect("one run")(&cx, tx).map_err(Step::Refused)
            }));
        match answer {
            Ok(value) => Ok(value),
            Err(Step::Refused(error)) => Err(error),
            Err(Step::Store(error)) => panic!("{error}"),
        }
    }

    /// Runs a step of the test's own, as the account that stands alone.
    pub fn step<T: Send + 'static>(
        &self,
        work: impl FnOnce(&OpContext<'_>, &mut dyn Tx) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.run(ALONE, HOME, work).expect("a step")
    }

    /// An account instance of `owner`.
    pub fn instance_of(&self, owner: &str) -> Instance {
        self.run(owner, HOME, |cx, tx| {
            create_instance(cx, tx, NewInstance::default(), 50)
        })
        .expect("an instance")
    }

    /// The organization's instance, enabled at `at` or now.
    pub fn enable(&self, at: Option<Timestamp>) -> Instance {
        self.run(MANAGEMENT, HOME, move |cx, tx| {
            let new = NewOrganizationInstance {
                enabled_at: at,
                ..NewOrganizationInstance::default()
            };
            enable_organization_instance(cx, tx, new)
        })
        .expect("an instance")
    }
}
