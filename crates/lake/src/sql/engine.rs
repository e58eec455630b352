//! DataFusion, set up for the dialect and within limits.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use datafusion::common::Result;
use datafusion::execution::SessionState;
use datafusion::execution::SessionStateDefaults;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::registry::FunctionRegistry as _;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::logical_expr::planner::ExprPlanner;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::prelude::{SessionConfig, SessionContext};

use super::checked::Checked;
use super::functions::{self, LEFT_OUT, PlainCasts};
use super::moments::Moments;
use super::nested_loops::SafeSides;
use super::unnest::UnnestPlanner;
use crate::cluster;
use crate::stores::Stores;

/// Memory in which batches of whole records must be short ones.
const LITTLE: usize = 256 << 20;

/// What a query may use.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How long it may run.
    pub time: Duration,
    /// Bytes of memory that its operators may hold; beyond, they write to `spill`.
    pub memory: usize,
    /// Rows that it may answer.
    pub rows: u64,
    /// Where it may write what doesn't fit into memory.
    pub spill: PathBuf,
    /// Bytes that it may write there.
    pub spill_bytes: u64,
    /// How many parts of the data it may work on at once.
    pub threads: usize,
    /// The URL of a scheduler, such as `http://host:50050`, whose executors run it; it runs here if there is none.
    pub scheduler: Option<String>,
}

impl Default for Limits {
    /// An hour, as CloudTrail Lake gives, and what a small machine has.
    fn default() -> Self {
        Self {
            time: Duration::from_secs(3600),
            memory: 1 << 30,
            rows: u64::MAX,
            spill: std::env::temp_dir(),
            spill_bytes: 16 << 30,
            threads: std::thread::available_parallelism().map_or(2, NonZeroUsize::get),
            scheduler: None,
        }
    }
}

/// A session in which nothing is registered yet but functions: no formats and no table functions, so that a statement that slipped
/// through the gate could neither read nor write a file.
pub fn context(limits: &Limits, stores: &Stores) -> Result<SessionContext> {
    let disk = DiskManagerBuilder::default()
        .with_mode(DiskManagerMode::Directories(vec![limits.spill.clone()]))
        .with_max_temp_directory_size(limits.spill_bytes);
    let three = NonZeroUsize::MIN.saturating_add(2);
    let pool = TrackConsumersPool::new(FairSpillPool::new(limits.memory), three);
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(pool))
        .with_disk_manager_builder(disk)
        .build_arc()?;
    let config = match limits.scheduler {
        Some(_) => cluster::spread(config(limits)),
        None => config(limits),
    };
    let context = SessionContext::new_with_state(state(config, runtime)?);
    for (root, store) in stores.iter() {
        context.register_object_store(root, Arc::clone(store));
    }
    Ok(context)
}

/// A session with the dialect's functions, and no formats.
pub(crate) fn state(config: SessionConfig, runtime: Arc<RuntimeEnv>) -> Result<SessionState> {
    let without = |name: &str| !LEFT_OUT.contains(&name);
    let mut scalar = SessionStateDefaults::default_scalar_functions();
    scalar.retain(|function| without(function.name()));
    let mut planners: Vec<Arc<dyn ExprPlanner>> =
        vec![Arc::new(Checked::new()), Arc::new(Moments::new())];
    planners.extend(SessionStateDefaults::default_expr_planners());
    let mut rules = PhysicalOptimizer::new().rules;
    rules.push(Arc::new(SafeSides));
    let state = SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_expr_planners(planners)
        .with_scalar_functions(scalar)
        .with_higher_order_functions(SessionStateDefaults::default_higher_order_functions())
        .with_aggregate_functions(SessionStateDefaults::default_aggregate_functions())
        .with_window_functions(SessionStateDefaults::default_window_functions())
        .with_physical_optimizer_rules(rules)
        .build();
    with_own_functions(state)
}

fn with_own_functions(mut state: SessionState) -> Result<SessionState> {
    for function in functions::all() {
        state.register_udf(function)?;
    }
    state.register_udaf(functions::sum())?;
    state.register_function_rewrite(Arc::new(PlainCasts))?;
    state.register_function_rewrite(Arc::new(Moments::new()))?;
    state.register_relation_planner(Arc::new(UnnestPlanner {
        ordinals: functions::ordinals(),
    }))?;
    Ok(state)
}

/// A session's settings.
pub(crate) fn config(limits: &Limits) -> SessionConfig {
    let mut config = SessionConfig::new()
        .with_target_partitions(limits.threads.max(1))
        .with_batch_size(if limits.memory < LITTLE { 1024 } else { 8192 })
        .with_information_schema(false);
    let options = config.options_mut();
    // Trino puts NULLs last, whichever way it sorts.
    options.sql_parser.default_null_ordering = "nulls_last".to_owned();
    options.sql_parser.collect_spans = true;
    // Whole records are large: they are read only for the rows that are wanted.
    options.execution.parquet.pushdown_filters = true;
    // A smallest or largest time would have rows left out that another aggregate still needs, such as that of their hours.
    options.optimizer.enable_aggregate_dynamic_filter_pushdown = false;
    // What is set aside for merging must leave room for sorting.
    let aside = limits.memory / 8 / limits.threads.max(1);
    options.execution.sort_spill_reservation_bytes =
        aside.min(options.execution.sort_spill_reservation_bytes);
    config
}
