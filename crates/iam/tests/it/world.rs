//! A database with two accounts, a seeded source of randomness, and a clock that is set by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use atrium_iam::{IamError, NewRole, NewUser, Quotas, create_role, create_user};
use atrium_model::iam::{Role, User};
use atrium_model::organization::{Account, AccountStatus};
use atrium_model::{AccountId, Caller, OpContext, Principal, Random, Region, Session, Timestamp};
use atrium_store::{Store, StoreError, Tx, Vault};

/// A counter stretched over the bytes asked for: different each time, and the same in each run.
#[derive(Default)]
pub struct Counter(AtomicU64);

impl Random for Counter {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let mut next = self
                .0
                .fetch_add(1, Ordering::Relaxed)
                .wrapping_add(0x9e37_79b9_7f4a_7c15);
            next = (next ^ (next >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            next = (next ^ (next >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = (next >> 56) as u8;
        }
    }
}

pub const HOME: &str = "111122223333";
pub const OTHER: &str = "444455556666";
/// The time in every test, in milliseconds.
pub const NOW: i64 = 1_700_000_000_000;

pub struct World {
    pub store: Store,
    pub vault: Arc<Vault>,
    pub random: Arc<Counter>,
    pub caller: Caller,
    _folder: tempfile::TempDir,
}

pub fn id(text: &str) -> AccountId {
    text.parse().expect("an account id")
}

pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn account(number: &str) -> Account {
    Account {
        id: id(number),
        email: format!("{number}@example.com"),
        name: number.to_owned(),
        status: AccountStatus::Active,
        created_at: at(1),
        closed_at: None,
        joined: None,
    }
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open_sqlite(&folder.path().join("atrium.db")).expect("a database");
        let world = Self {
            store,
            vault: Arc::new(Vault::new([7; 32])),
            random: Arc::new(Counter::default()),
            caller: Caller {
                account: id(HOME),
                principal: Principal::Root,
                access_key_id: "AKIAROOT".into(),
                session: None,
            },
            _folder: folder,
        };
        world
            .run(|_, _, tx| {
                tx.insert_account(&account(HOME))?;
                tx.insert_account(&account(OTHER))
            })
            .expect("accounts");
        world
    }

    /// The same world, called by someone else.
    pub fn called_by_role(mut self, id: &str, session: Session) -> Self {
        self.caller.principal = Principal::Role {
            id: id.into(),
            name: "caller".into(),
            path: "/".into(),
            session_name: "s".into(),
        };
        self.caller.session = Some(session);
        self
    }

    /// Runs `work` in a transaction that is kept if it answers `Ok`.
    pub fn run<T, E, F>(&self, mut work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&OpContext<'_>, &Vault, &mut dyn Tx) -> Result<T, E> + Send + 'static,
    {
        let (random, vault) = (Arc::clone(&self.random), Arc::clone(&self.vault));
        let caller = self.caller.clone();
        let write = self.store.write(move |tx| {
            let cx = OpContext {
                now: at(NOW),
                random: &*random,
                caller: &caller,
                region: &Region::US_EAST_1,
                request_id: "r",
            };
            work(&cx, &vault, tx)
        });
        tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime")
            .block_on(write)
    }

    /// As [`World::run`], for the area's own errors.
    pub fn iam<T: Send + 'static>(
        &self,
        work: impl FnMut(&OpContext<'_>, &Vault, &mut dyn Tx) -> Result<T, IamError> + Send + 'static,
    ) -> Result<T, IamError> {
        self.run(work)
    }

    /// A user of the home account.
    pub fn user(&self, name: &str) -> User {
        let new = NewUser {
            name: name.into(),
            path: "/".into(),
            ..NewUser::default()
        };
        self.iam(move |cx, _, tx| create_user(cx, tx, &Quotas::default(), &id(HOME), new.clone()))
            .expect("a user")
    }

    /// A role of an account that trusts everyone in the home account.
    pub fn role(&self, account: &'static str, name: &str) -> Role {
        let new = NewRole {
            name: name.into(),
            path: "/".into(),
            trust_policy: TRUST_HOME.into(),
            ..NewRole::default()
        };
        self.iam(move |cx, _, tx| {
            create_role(cx, tx, &Quotas::default(), &id(account), new.clone())
        })
        .expect("a role")
    }
}

/// Trusts the home account.
pub const TRUST_HOME: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
    "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}]}"#;
/// Allows everything.
pub const ALLOW: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
