//! Joins without an equality: rows of the left side that found no match, or only one, are known when all of the right side was seen.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{JoinType, Result};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::execution_plan::replace_children_if_necessary;
use datafusion::physical_plan::joins::NestedLoopJoinExec;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties as _};

/// Gives the right side of such a join as one part. DataFusion would let each part find out by itself which rows of the left side have
/// a match: wrongly, where the parts are on several machines, or where the left side is spilled.
#[derive(Debug)]
pub struct WholeRightSide;

impl PhysicalOptimizerRule for WholeRightSide {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let changed = plan.transform_up(|node| {
            let Some(join) = node.downcast_ref::<NestedLoopJoinExec>() else {
                return Ok(Transformed::no(node));
            };
            let parts = join.right().output_partitioning().partition_count();
            if parts == 1 || !tells_of_the_left_side(*join.join_type()) {
                return Ok(Transformed::no(node));
            }
            let right = Arc::new(CoalescePartitionsExec::new(Arc::clone(join.right())));
            let sides: Vec<Arc<dyn ExecutionPlan>> = vec![Arc::clone(join.left()), right];
            Ok(Transformed::yes(replace_children_if_necessary(
                node, sides,
            )?))
        });
        Ok(changed?.data)
    }

    fn name(&self) -> &str {
        "whole_right_side"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// Whether a join answers a row of the left side by whether it has any match at all.
const fn tells_of_the_left_side(join: JoinType) -> bool {
    matches!(
        join,
        JoinType::Left
            | JoinType::Full
            | JoinType::LeftSemi
            | JoinType::LeftAnti
            | JoinType::LeftMark
    )
}
