//! Two instances, each with people, applications and an issuer that it trusts.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use atrium_model::application::{
    Application, ApplicationAssignment, ApplicationStatus, AssignedPrincipal, PortalOptions,
};
use atrium_model::control::TrustedTokenIssuer;
use atrium_model::directory::{
    Email, ExternalId, Instance, InstanceKind, InstanceStatus, Profile, User, UserStatus,
};
use atrium_model::organization::{Account, AccountStatus};
use atrium_model::{AccountId, Caller, OpContext, Principal, Random, Region, Timestamp, UserId};
use atrium_signin::{Assertion, Exchange, ExchangeError, Grant, Issued, exchange};
use atrium_store::{ApplicationPart, ApplicationPartKind, Store, StoreError, Tx};
use serde_json::{Value, json};

pub const URL: &str = "https://issuer.example";
pub const JANE: &str = "94d00cd8-e9e6-4810-b177-000000000001";
pub const NOW: Timestamp = Timestamp::from_millis(1_780_000_000_000);

/// Different bytes each time, the same in each run.
struct Numbers(AtomicU64);

impl Random for Numbers {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let n = self.0.fetch_add(1, Ordering::SeqCst);
            *byte = n.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes()[0];
        }
    }
}

pub struct Step<'a> {
    pub cx: OpContext<'a>,
    pub tx: &'a mut dyn Tx,
    pub here: Instance,
    pub there: Instance,
}

pub fn account(digit: char) -> AccountId {
    String::from(digit).repeat(12).parse().unwrap()
}

fn instance(digit: char) -> Instance {
    Instance {
        id: format!("ssoins-{}", String::from(digit).repeat(16))
            .parse()
            .unwrap(),
        kind: InstanceKind::Account,
        owner: account(digit),
        region: Region::US_EAST_1,
        organization: None,
        identity_store: format!("d-{}", String::from(digit).repeat(10))
            .parse()
            .unwrap(),
        name: None,
        status: InstanceStatus::Active,
        status_reason: None,
        created: NOW,
        kms_key_arn: None,
        encryption_settled: None,
        account_instances_allowed: false,
        permission_sets_enabled: false,
    }
}

/// What an issuer says of someone.
#[derive(Clone)]
pub struct Says {
    pub url: &'static str,
    pub audiences: Vec<&'static str>,
    pub claims: Value,
}

impl Says {
    pub fn of(mail: &str) -> Self {
        Self {
            url: URL,
            audiences: vec!["app"],
            claims: json!({"email": mail}),
        }
    }
}

impl Step<'_> {
    pub fn later(&mut self, seconds: u64) {
        self.cx.now = self.cx.now + Duration::from_secs(seconds);
    }

    /// An application of an instance with every grant.
    pub fn application(&mut self, instance: &Instance, digit: char) -> Application {
        let application = Application {
            instance: instance.id.clone(),
            id: format!("apl-{}", String::from(digit).repeat(16))
                .parse()
                .unwrap(),
            account: instance.owner.clone(),
            provider: "arn:aws:sso::aws:applicationProvider/custom".into(),
            name: "app".into(),
            description: None,
            status: ApplicationStatus::Enabled,
            portal: PortalOptions::default(),
            assignment_required: true,
            background_sessions: None,
            created: NOW,
            created_from: "us-east-1".into(),
        };
        self.tx.insert_application(&application).unwrap();
        let issuers = [self.issuer(instance, digit, "email", "emails.value")];
        self.trust(&application, &issuers);
        self.part(
            &application,
            ApplicationPartKind::Grant,
            "refresh_token",
            &json!({}),
        );
        let exchange = "urn:ietf:params:oauth:grant-type:token-exchange";
        self.part(
            &application,
            ApplicationPartKind::Grant,
            exchange,
            &json!({}),
        );
        application
    }

    pub fn issuer(
        &mut self,
        instance: &Instance,
        digit: char,
        claim: &str,
        attribute: &str,
    ) -> TrustedTokenIssuer {
        let tail = format!("{}-{claim}-{attribute}", instance.id);
        let number = tail.bytes().fold(u64::from(digit), |sum, byte| {
            sum.wrapping_mul(31) + u64::from(byte)
        });
        let issuer = TrustedTokenIssuer {
            instance: instance.id.clone(),
            id: format!(
                "tti-94d00cd8-e9e6-4810-b177-{:012x}",
                number & 0xffff_ffff_ffff
            )
            .parse()
            .unwrap(),
            account: instance.owner.clone(),
            name: format!("{digit}-{claim}-{attribute}"),
            issuer_url: URL.into(),
            claim_attribute_path: claim.into(),
            identity_store_attribute_path: attribute.into(),
            created: NOW,
        };
        self.tx.insert_trusted_token_issuer(&issuer).unwrap();
        issuer
    }

    pub fn trust(&mut self, application: &Application, issuers: &[TrustedTokenIssuer]) {
        let issuers: Vec<_> = issuers
            .iter()
            .map(|issuer| json!({"TrustedTokenIssuerArn": issuer.arn(), "AuthorizedAudiences": ["app", "api"]}))
            .collect();
        let grant = json!({"JwtBearer": {"AuthorizedTokenIssuers": issuers}});
        self.part(
            application,
            ApplicationPartKind::Grant,
            atrium_signin::JWT_BEARER,
            &grant,
        );
    }

    pub fn part(
        &mut self,
        application: &Application,
        kind: ApplicationPartKind,
        name: &str,
        content: &Value,
    ) {
        let part = ApplicationPart {
            kind,
            name: name.to_owned(),
            content: content.to_string(),
        };
        self.tx
            .put_application_part(&application.instance, &application.id, &part)
            .unwrap();
    }

    /// A user with this name, an e-mail address and an id at the issuer.
    pub fn user(&mut self, instance: &Instance, id: &str, name: &str) -> UserId {
        let user = User {
            store: instance.identity_store.clone(),
            id: id.parse().unwrap(),
            revision: 1,
            status: UserStatus::Enabled,
            profile: Profile {
                user_name: name.into(),
                emails: vec![Email {
                    value: Some(format!("{name}@example.com")),
                    ..Email::default()
                }],
                ..Profile::default()
            },
            external_ids: vec![ExternalId {
                issuer: URL.into(),
                id: format!("ext-{name}"),
            }],
            created_at: NOW,
            created_by: "x".into(),
            updated_at: NOW,
            updated_by: "x".into(),
        };
        self.tx.insert_user(&user).unwrap();
        for key in user.unique_keys() {
            self.tx
                .claim_key(&instance.identity_store, &key, id)
                .unwrap();
        }
        user.id
    }

    pub fn assign(&mut self, application: &Application, user: &UserId) {
        let assignment = ApplicationAssignment {
            instance: application.instance.clone(),
            application: application.id.clone(),
            principal: AssignedPrincipal::User(user.clone()),
            created: NOW,
        };
        self.tx.insert_application_assignment(&assignment).unwrap();
    }

    pub fn exchange(
        &mut self,
        application: &Application,
        grant: Grant<'_>,
        scopes: Option<&[String]>,
    ) -> Result<Issued, ExchangeError> {
        let instance = match application.instance == self.here.id {
            true => self.here.clone(),
            false => self.there.clone(),
        };
        let ask = Exchange {
            application,
            instance: &instance,
            grant,
            scopes,
        };
        exchange(&self.cx, self.tx, &ask)
    }

    pub fn assert(
        &mut self,
        application: &Application,
        says: &Says,
    ) -> Result<Issued, ExchangeError> {
        let claim = |path: &str| says.claims[path].as_str().map(str::to_owned);
        let assertion = Assertion {
            issuer_url: says.url,
            audiences: says.audiences.clone(),
            claim: &claim,
        };
        self.exchange(application, Grant::Assertion(assertion), None)
    }
}

/// Runs a test's body in one transaction on a fresh database.
pub fn run(body: fn(&mut Step<'_>)) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_sqlite(&folder.path().join("atrium.db")).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let work = move |tx: &mut dyn Tx| {
        let (here, there) = (instance('1'), instance('2'));
        for instance in [&here, &there] {
            let id = &instance.owner;
            tx.insert_account(&Account {
                id: id.clone(),
                email: format!("{id}@example.com"),
                name: id.to_string(),
                status: AccountStatus::Active,
                created_at: NOW,
                closed_at: None,
                joined: None,
            })?;
            tx.insert_instance(instance)?;
        }
        let caller = Caller {
            account: account('1'),
            principal: Principal::Root,
            access_key_id: "AKIA".into(),
            session: None,
        };
        let random = Numbers(AtomicU64::new(1));
        let cx = OpContext {
            now: NOW,
            random: &random,
            caller: &caller,
            region: &Region::US_EAST_1,
            request_id: "r",
        };
        body(&mut Step {
            cx,
            tx,
            here,
            there,
        });
        Ok::<_, StoreError>(())
    };
    runtime.block_on(store.write(work)).unwrap();
}
