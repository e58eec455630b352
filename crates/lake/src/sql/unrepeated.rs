//! The side of a join without an equality that is kept in memory.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, Statistics, resources_err};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::execution_plan::{
    ChildrenPropertiesMode, PhysicalExpr, ReplaceChildrenOptions,
};
use datafusion::physical_plan::statistics::{ChildStats, StatisticsArgs};
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};

/// Answers its input once.
///
/// When the rows don't fit into memory, DataFusion 55 would read them a second time and spill them. But a scan has handed out its files
/// by then, so that the second reading misses what the first one has had
/// ([apache/datafusion#24676](https://github.com/apache/datafusion/issues/24676)), and some outer joins lose rows whenever they spill
/// ([#24745](https://github.com/apache/datafusion/issues/24745)). Such a query is told that it needs more memory.
#[derive(Debug)]
pub(crate) struct UnrepeatedExec {
    input: Arc<dyn ExecutionPlan>,
    is_begun: AtomicBool,
}

impl UnrepeatedExec {
    pub(crate) fn new(input: Arc<dyn ExecutionPlan>) -> Self {
        Self {
            input,
            is_begun: AtomicBool::new(false),
        }
    }
}

impl DisplayAs for UnrepeatedExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl ExecutionPlan for UnrepeatedExec {
    fn name(&self) -> &'static str {
        "UnrepeatedExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(Self::new(children.swap_remove(0))))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let options = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
        self.replace_children(children, options)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        if self.is_begun.swap(true, Ordering::Relaxed) {
            return resources_err!(
                "one side of a join without an equality has to fit into memory, and doesn't"
            );
        }
        self.input.execute(partition, context)
    }

    fn child_stats_requests(&self, partition: Option<usize>) -> Vec<ChildStats> {
        vec![ChildStats::At(partition)]
    }

    fn statistics_from_inputs(
        &self,
        inputs: &[Arc<Statistics>],
        _: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        Ok(Arc::clone(&inputs[0]))
    }
}
