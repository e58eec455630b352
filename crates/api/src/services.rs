use std::sync::Arc;

use atrium_issuer::{Issuers, Reach};
use atrium_model::Random;
use atrium_store::{Store, Vault};

use crate::access_worker::AccessWorker;
use crate::authority::Authorities;
use crate::key_use::KeyUses;
use crate::rehearsal::{Fate, Faults, StaleReads};
use crate::throttle::Throttle;
use crate::{Clock, EventBuffer, Registry, Segments, Sender, Settings};

/// What the edge works with; one for the life of the server.
pub struct Services {
    /// The database.
    pub store: Store,
    /// Seals secrets, page tokens and session tokens.
    pub vault: Vault,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Ids and secrets.
    pub random: Arc<dyn Random>,
    /// What the operator set.
    pub settings: Settings,
    /// Records of calls that changed nothing, on their way to the database.
    pub events: EventBuffer,
    /// The operations.
    pub registry: Registry,
    /// Renders what was counted, in Prometheus's text format.
    pub metrics: Option<Box<dyn Fn() -> String + Send + Sync>>,
    /// Where the bytes of S3 objects lie; without it there is no S3. The binary opens what the settings name.
    pub segments: Option<Segments>,
    /// Sends to the targets of rules and to trails' topics; without it nothing is sent.
    pub sender: Option<Arc<dyn Sender>>,
    /// The token issuers that callers' tokens name, with their keys.
    pub(crate) issuers: Issuers,
    /// Does what callers ask for and don't wait for.
    pub(crate) access_worker: AccessWorker,
    /// Who callers are and what they may do, as long as no policy changes.
    pub(crate) authorities: Authorities,
    /// When the use of each access key was last noted.
    pub(crate) key_uses: KeyUses,
    /// Counts requests, if rates hold.
    pub(crate) throttle: Option<Throttle>,
    /// What goes wrong on purpose, if anything.
    pub(crate) faults: Option<Faults>,
    /// What was true a moment ago, if some reads are to see it.
    pub(crate) stale_reads: Option<StaleReads>,
}

impl Services {
    /// Puts the parts together. Needs a running Tokio runtime, for the tasks in the background.
    pub fn new(
        store: Store,
        vault: Vault,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        settings: Settings,
    ) -> Self {
        Self {
            events: EventBuffer::start(store.clone()),
            registry: crate::registry(),
            metrics: None,
            sender: None,
            segments: (settings.object_store == "memory://").then(Segments::in_memory),
            access_worker: AccessWorker::start(
                store.clone(),
                Arc::clone(&clock),
                Arc::clone(&random),
                &settings.quotas,
            ),
            issuers: Issuers::new(match settings.dev {
                true => Reach::dev(),
                false => Reach::public_and(settings.issuer_networks.clone()),
            }),
            authorities: Authorities::default(),
            key_uses: KeyUses::default(),
            throttle: Throttle::new(settings.throttling),
            faults: Faults::new(&settings.rehearsal),
            stale_reads: stale_reads(&store, &settings),
            store,
            vault,
            clock,
            random,
            settings,
        }
    }

    /// What happens to the next request.
    pub(crate) fn fate(&self) -> Fate {
        self.faults.as_ref().map(Faults::draw).unwrap_or_default()
    }
}

fn stale_reads(store: &Store, settings: &Settings) -> Option<StaleReads> {
    let rehearsal = &settings.rehearsal;
    if rehearsal.stale_reads <= 0.0 {
        return None;
    }
    StaleReads::start(store.clone(), rehearsal.staleness)
        .inspect_err(|error| tracing::error!(error = %error, "no stale reads: no thread for them"))
        .ok()
}
