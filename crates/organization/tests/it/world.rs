//! A database, a seeded source of randomness, and a clock that is set by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use atrium_model::organization::{Account, FeatureSet, Organization, ParentId};
use atrium_model::{AccountId, Caller, OpContext, Principal, Random, Region, Timestamp};
use atrium_organization::{
    NewAccount, NewMemberAccount, PageRequest, Quotas, create_account, create_member_account,
    create_organization,
};
use atrium_store::{Store, StoreError, Tx};

pub const DAY: i64 = 24 * 3600 * 1000;
pub const MANAGEMENT: &str = "111111111111";
pub const STRANGER: &str = "999999999999";

/// A counter stretched over the bytes asked for: different each time, and the same in each run.
#[derive(Default)]
struct Counter(AtomicU64);

impl Random for Counter {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let next = self
                .0
                .fetch_add(1, Ordering::Relaxed)
                .wrapping_add(0x9e37_79b9_7f4a_7c15);
            let next = (next ^ (next >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let next = (next ^ (next >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = (next >> 56) as u8;
        }
    }
}

pub struct World {
    store: Store,
    random: Arc<Counter>,
    now: Arc<AtomicI64>,
    runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
}

pub fn id(text: &str) -> AccountId {
    text.parse().expect("an account id")
}

pub fn root(organization: &Organization) -> ParentId {
    ParentId::Root(organization.root.clone())
}

pub fn all() -> PageRequest {
    PageRequest::first(100)
}

pub fn quotas() -> Quotas {
    Quotas::default()
}

/// Fails unless the call was refused for this reason.
#[macro_export]
macro_rules! refused {
    ($answer:expr, $reason:pat) => {
        match $answer {
            Err($reason) => {}
            other => panic!("expected {}, got {other:?}", stringify!($reason)),
        }
    };
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self {
            store: Store::open_sqlite(&folder.path().join("atrium.db")).expect("a database"),
            random: Arc::default(),
            now: Arc::new(AtomicI64::new(1_700_000_000_000)),
            runtime: tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .build()
                .expect("a runtime"),
            _folder: folder,
        }
    }

    pub fn pass(&self, millis: i64) {
        self.now.fetch_add(millis, Ordering::SeqCst);
    }

    /// Runs one operation in a transaction of its own.
    pub fn run<T, E>(
        &self,
        mut work: impl FnMut(&OpContext<'_>, &mut dyn Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (random, now) = (Arc::clone(&self.random), Arc::clone(&self.now));
        self.runtime.block_on(self.store.write(move |tx| {
            let caller = Caller {
                account: id(MANAGEMENT),
                principal: Principal::Root,
                access_key_id: "AKIAROOT".into(),
                session: None,
            };
            let cx = OpContext {
                now: Timestamp::from_millis(now.load(Ordering::SeqCst)),
                random: &*random,
                caller: &caller,
                region: &Region::US_EAST_1,
                request_id: "r",
            };
            work(&cx, tx)
        }))
    }

    /// Runs what must not fail.
    pub fn ok<T, E>(
        &self,
        work: impl FnMut(&OpContext<'_>, &mut dyn Tx) -> Result<T, E> + Send + 'static,
    ) -> T
    where
        T: Send + 'static,
        E: From<StoreError> + std::fmt::Debug + Send + 'static,
    {
        self.run(work).expect("an operation that is allowed")
    }

    /// An account that stands alone.
    pub fn account(&self, number: &str) -> Account {
        let number = number.to_owned();
        self.ok(move |cx, tx| {
            let (email, name) = (format!("{number}@example.com"), format!("account {number}"));
            create_account(
                cx,
                tx,
                NewAccount {
                    id: Some(id(&number)),
                    email,
                    name,
                },
            )
        })
    }

    /// An organization governed by [`MANAGEMENT`].
    pub fn organization(&self, features: FeatureSet) -> Organization {
        self.account(MANAGEMENT);
        self.ok(move |cx, tx| create_organization(cx, tx, &id(MANAGEMENT), features))
    }

    /// An account made in an organization.
    pub fn member(&self, organization: &Organization, name: &str) -> AccountId {
        let (organization, name) = (organization.clone(), name.to_owned());
        let status = self.ok(move |cx, tx| {
            let email = format!("{name}@example.com");
            let new = NewMemberAccount {
                email,
                name: name.clone(),
                tags: Vec::new(),
            };
            create_member_account(cx, tx, &organization, new, &quotas())
        });
        status.account.expect("an account")
    }

    /// How often anything that decides an authorization has changed.
    pub fn epoch(&self) -> i64 {
        self.ok(|_, tx| tx.policy_epoch())
    }
}
