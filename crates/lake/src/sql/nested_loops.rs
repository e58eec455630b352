//! Joins without an equality, which compare each row of the left side, kept in memory, with each of the right.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{JoinType, Result};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::execution_plan::replace_children_if_necessary;
use datafusion::physical_plan::joins::NestedLoopJoinExec;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties as _};

use super::whole_side::WholeSideExec;

/// Gives such a join sides with which it can't go wrong.
///
/// The left one is read anew where the join spills, and isn't spilled where that goes wrong. The right one is in one part, where rows of
/// the left side are answered by whether they have a match: DataFusion would let each part find out by itself, wrongly, where the parts
/// are on several machines.
#[derive(Debug)]
pub struct SafeSides;

impl PhysicalOptimizerRule for SafeSides {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let changed = plan.transform_up(|node| {
            let Some(join) = node.downcast_ref::<NestedLoopJoinExec>() else {
                return Ok(Transformed::no(node));
            };
            let sides = vec![left(join), right(join)];
            let changed = replace_children_if_necessary(node, sides)?;
            Ok(Transformed::yes(changed))
        });
        Ok(changed?.data)
    }

    fn name(&self) -> &str {
        "safe_sides"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn left(join: &NestedLoopJoinExec) -> Arc<dyn ExecutionPlan> {
    whole(join.left(), !tells_of_the_right_side(*join.join_type()))
}

fn right(join: &NestedLoopJoinExec) -> Arc<dyn ExecutionPlan> {
    match tells_of_the_left_side(*join.join_type()) {
        true => whole(join.right(), false),
        false => Arc::clone(join.right()),
    }
}

/// A side in one part. The right one is read once, whatever happens.
fn whole(side: &Arc<dyn ExecutionPlan>, may_spill: bool) -> Arc<dyn ExecutionPlan> {
    if side.is::<WholeSideExec>() {
        return Arc::clone(side);
    }
    let one: Arc<dyn ExecutionPlan> = match side.output_partitioning().partition_count() {
        0 | 1 => Arc::clone(side),
        _ => Arc::new(CoalescePartitionsExec::new(Arc::clone(side))),
    };
    Arc::new(WholeSideExec::new(one, may_spill))
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

/// Whether a join answers a row of the right side by whether it has any match at all; some that have none are missing when it spills
/// ([apache/datafusion#24745](https://github.com/apache/datafusion/issues/24745)).
const fn tells_of_the_right_side(join: JoinType) -> bool {
    matches!(
        join,
        JoinType::Right
            | JoinType::Full
            | JoinType::RightSemi
            | JoinType::RightAnti
            | JoinType::RightMark
    )
}
