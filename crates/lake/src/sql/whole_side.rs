//! A side of a join without an equality that has to be whole.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use datafusion::common::tree_node::{TreeNode as _, TreeNodeRecursion};
use datafusion::common::{Result, Statistics, assert_eq_or_internal_err, resources_err};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::execution_plan::{
    ChildrenPropertiesMode, PhysicalExpr, ReplaceChildrenOptions, reset_plan_states,
};
use datafusion::physical_plan::statistics::StatisticsArgs;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, Distribution, ExecutionPlan, InputDistributionRequirements,
    PlanProperties, SendableRecordBatchStream,
};

/// One side, in one part, which is read anew when it is asked for a second time, or refuses to be.
///
/// When the left side's rows don't fit into memory, DataFusion 55 asks for them once more, to spill them. But a scan has handed out its
/// files by then, and would leave out what it has read before
/// ([apache/datafusion#24676](https://github.com/apache/datafusion/issues/24676)). A fresh copy of the input reads all. There can be
/// none of a plan with filters that change while it runs: their last state leaves out rows of another run.
///
/// Whoever cuts plans into stages keeps the input in one part, as it is required; and doesn't swap the sides, as their sizes are not told.
/// Ballista's tasks count their parts from 0, so that only a plan on one machine can be told that it was cut wrongly.
#[derive(Debug)]
pub(crate) struct WholeSideExec {
    input: Arc<dyn ExecutionPlan>,
    /// Whether the join is right when it spills.
    pub(crate) may_spill: bool,
    is_begun: AtomicBool,
}

impl WholeSideExec {
    pub(crate) fn new(input: Arc<dyn ExecutionPlan>, may_spill: bool) -> Self {
        Self {
            input,
            may_spill,
            is_begun: AtomicBool::new(false),
        }
    }

    fn fresh(&self) -> Result<Arc<dyn ExecutionPlan>> {
        let changes =
            |node: &Arc<dyn ExecutionPlan>| Ok(!node.dynamic_expressions_produced().is_empty());
        if !self.may_spill || self.input.exists(changes)? {
            return resources_err!(
                "one side of a join without an equality has to fit into memory, and doesn't"
            );
        }
        reset_plan_states(Arc::clone(&self.input))
    }
}

impl DisplayAs for WholeSideExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl ExecutionPlan for WholeSideExec {
    fn name(&self) -> &'static str {
        "WholeSideExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        InputDistributionRequirements::new(vec![Distribution::SinglePartition])
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
        Ok(Arc::new(Self::new(children.swap_remove(0), self.may_spill)))
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
        assert_eq_or_internal_err!(partition, 0, "a side of a join was cut into parts");
        let input = match self.is_begun.swap(true, Ordering::Relaxed) {
            false => Arc::clone(&self.input),
            true => self.fresh()?,
        };
        input.execute(partition, context)
    }

    fn statistics_from_inputs(
        &self,
        _: &[Arc<Statistics>],
        _: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        Ok(Arc::new(Statistics::new_unknown(&self.schema())))
    }
}
