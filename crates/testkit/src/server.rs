use std::sync::Arc;

use atrium_api::{
    Clock as _, LakeSettings, Segments, Services, Settings, administrator_key_kept, first_start,
    router,
};
use atrium_iam::IamError;
use atrium_model::{AccountId, Caller, OpContext, Principal, Region, Timestamp};
use atrium_store::Vault;
use atrium_wire::OperationMeta;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::{Answer, Credentials, Database, SeededRandom, TestClock, encode, sign};

/// Where the first start makes its organization instance.
const HOME: &str = "us-east-1";

/// What a test may want otherwise.
#[derive(Clone, Debug)]
pub struct Options {
    /// The server's settings.
    pub settings: Settings,
    /// Where random bytes begin.
    pub seed: u64,
    /// What the clock shows at first; the machine's time if none is given.
    pub time: Option<Timestamp>,
}

/// Queries are taken, and nobody answers them: there is no worker, and this program is none that answers.
fn settings() -> Settings {
    let lake = LakeSettings {
        program: std::env::current_exe().ok(),
        ..LakeSettings::default()
    };
    Settings {
        lake,
        ..Settings::default()
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            settings: settings(),
            seed: 1,
            time: None,
        }
    }
}

impl Options {
    /// A server that accepts any signature.
    pub fn dev() -> Self {
        Self {
            settings: Settings {
                dev: true,
                ..settings()
            },
            ..Self::default()
        }
    }
}

/// A running server. It stops when this is dropped.
pub struct Server {
    endpoint: String,
    admin: Option<Credentials>,
    services: Arc<Services>,
    clock: Arc<TestClock>,
    database: Database,
    client: Client<HttpConnector, Full<Bytes>>,
    _stop: oneshot::Sender<()>,
}

impl Server {
    /// Boots a server on a free port. Without `dev` the first start has been made.
    pub async fn start(database: Database, options: Options) -> Self {
        let clock = options
            .time
            .map_or_else(TestClock::showing_now, TestClock::showing);
        let clock = Arc::new(clock);
        let random = Arc::new(SeededRandom::new(options.seed));
        let (dev, vault) = (options.settings.dev, Vault::new([7; 32]));
        let mut services = Services::new(
            database.store.clone(),
            vault,
            Arc::clone(&clock) as _,
            random,
            options.settings,
        );
        if services.segments.is_none() {
            // The binary does so too.
            services.segments = Some(Segments::open(&services.settings.object_store).unwrap());
        }
        let services = Arc::new(services);
        let mut admin = None;
        if !dev {
            let key = first_start(&services, &HOME.parse().unwrap())
                .await
                .unwrap()
                .unwrap();
            administrator_key_kept(&services).await.unwrap();
            admin = Some(Credentials {
                account: key.account,
                access_key_id: key.access_key_id,
                secret_access_key: key.secret_access_key,
                session_token: None,
            });
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let served = router(Arc::clone(&services));
        tokio::spawn(atrium_api::serve(listener, served, async {
            let _ = stopped.await;
        }));
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self {
            endpoint,
            admin,
            services,
            clock,
            database,
            client,
            _stop: stop,
        }
    }

    /// Such as `http://127.0.0.1:40123`, without a slash at the end.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The administrator of the first organization's management account. There is none with `dev`.
    pub fn admin(&self) -> &Credentials {
        self.admin.as_ref().expect("a server without --dev")
    }

    /// The server's clock.
    pub fn clock(&self) -> &TestClock {
        &self.clock
    }

    /// The server's parts.
    pub fn services(&self) -> &Arc<Services> {
        &self.services
    }

    /// The server's database.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Makes an account that stands alone, with an administrator.
    pub async fn new_account(&self, id: &str) -> Credentials {
        let account: AccountId = id.parse().unwrap();
        let (services, now) = (Arc::clone(&self.services), self.clock.now());
        let region: Region = HOME.parse().unwrap();
        let made = self.services.store.write(move |tx| {
            atrium_organization::ensure_account(tx, &account, now)?;
            let caller = Caller {
                account: account.clone(),
                principal: Principal::Root,
                access_key_id: String::new(),
                session: None,
            };
            let cx = OpContext {
                now,
                random: &*services.random,
                caller: &caller,
                region: &region,
                request_id: "",
            };
            atrium_iam::bootstrap_administrator(&cx, tx, &services.vault, &account)
        });
        let (key, secret) = made
            .await
            .unwrap_or_else(|error: IamError| panic!("{error}"));
        Credentials::new(id, &key, &secret)
    }

    /// Calls an operation.
    pub async fn call(
        &self,
        who: &Credentials,
        region: &str,
        service: &str,
        operation: &str,
        input: Value,
    ) -> Answer {
        let operation = atrium_wire::find(service, operation)
            .unwrap_or_else(|| panic!("no operation {service}:{operation}"));
        self.call_operation(who, region, operation, &input).await
    }

    /// Calls an operation.
    pub async fn call_operation(
        &self,
        who: &Credentials,
        region: &str,
        operation: &'static OperationMeta,
        input: &Value,
    ) -> Answer {
        let request = encode(&self.endpoint, operation, input);
        let name = operation.service.signing_name;
        let request = sign(request, who, region, name, self.clock.now());
        Answer::read(operation, self.send(request).await)
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Bytes>) -> Response<Bytes> {
        let response = self.client.request(request.map(Full::new)).await.unwrap();
        let (parts, body) = response.into_parts();
        Response::from_parts(parts, body.collect().await.unwrap().to_bytes())
    }

    /// Waits until the records of all calls that were answered are in the database.
    pub async fn flush_events(&self) {
        self.services.events.flush().await.unwrap();
    }
}
