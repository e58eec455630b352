//! What the scheduler, its executors and whoever asks have in common.

use std::sync::{Arc, Mutex, PoisonError};

use ballista_core::config::BALLISTA_SCHEDULER_MAX_PARTITIONS_PER_TASK;
use ballista_core::extension::SessionConfigExt as _;
use ballista_core::registry::BallistaFunctionRegistry;
use datafusion::common::{Result, exec_datafusion_err};
use datafusion::execution::SessionState;
use datafusion::execution::object_store::ObjectStoreRegistry;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::prelude::SessionConfig;
use object_store::ObjectStore;
use url::Url;

use super::MESSAGE;
use super::codec::Codec;
use crate::sql::{Limits, config, state};
use crate::stores::Stores;

/// How many parts data is cut into, whichever machine asks: as many tasks can run at once.
const PARTS: usize = 16;
/// Rows of a batch, and bytes that a sort sets aside for merging: what a task has of an executor's memory isn't known here.
const BATCH: usize = 1024;
const ASIDE: usize = 1 << 20;

/// Settings under which a plan can be cut into stages.
pub(crate) fn spread(config: SessionConfig) -> SessionConfig {
    let mut config = config
        .upgrade_for_ballista()
        .with_ballista_physical_extension_codec(Arc::new(Codec::default()))
        .with_target_partitions(PARTS)
        .with_batch_size(BATCH)
        // Ballista gives each part of a task its share of the memory, however many tasks there are.
        .set_usize(BALLISTA_SCHEDULER_MAX_PARTITIONS_PER_TASK, 1)
        .with_ballista_grpc_client_max_message_size(MESSAGE as usize);
    // Ballista would rather merge sorted rows. An outer join by that which has a further condition fails: it makes NULLs of columns
    // that have none.
    let options = config.options_mut();
    options.optimizer.prefer_hash_join = true;
    options.execution.sort_spill_reservation_bytes = ASIDE;
    config
}

/// The settings with which a process of the cluster begins; a query brings its own.
pub fn usual() -> SessionConfig {
    spread(config(&Limits::default()))
}

/// A session of the cluster's.
pub fn session(config: SessionConfig) -> Result<SessionState> {
    state(config, Arc::new(RuntimeEnv::default()))
}

/// The functions that a plan may name.
pub fn functions() -> Result<BallistaFunctionRegistry> {
    Ok(BallistaFunctionRegistry::from(&session(usual())?))
}

/// An executor's surroundings: its folder for what doesn't fit into memory, and every store that a plan may name.
pub fn surroundings(folder: &str) -> Result<Arc<RuntimeEnv>> {
    RuntimeEnvBuilder::new()
        .with_temp_file_path(folder)
        .with_object_store_registry(Arc::new(Opened::default()))
        .build_arc()
}

/// Stores, opened when they are first needed.
#[derive(Debug, Default)]
struct Opened(Mutex<Stores>);

impl ObjectStoreRegistry for Opened {
    /// What a plan names is opened by its name alone.
    fn register_store(&self, _: &Url, store: Arc<dyn ObjectStore>) -> Option<Arc<dyn ObjectStore>> {
        Some(store)
    }

    fn get_store(&self, url: &Url) -> Result<Arc<dyn ObjectStore>> {
        let mut stores = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = stores.place(url.as_str());
        let place = place.map_err(|error| exec_datafusion_err!("{error}"))?;
        Ok(place.store)
    }
}
