//! `+`, `-` and `*` of whole numbers, planned as functions that fail where the operators would begin again at the other end.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::common::{DFSchema, Result, plan_err};
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr};
use datafusion::logical_expr::{Expr, ExprSchemable as _, ScalarUDF};

use super::functions::{checked, checked_functions, is_checked};

/// How many operations may be in one another: planning takes a time that grows with their cube.
const DEPTH: usize = 64;

/// Plans arithmetic of whole numbers.
#[derive(Debug)]
pub struct Checked(HashMap<String, Arc<ScalarUDF>>);

impl Checked {
    /// A planner for a session.
    #[must_use]
    pub fn new() -> Self {
        let functions = checked_functions().into_iter();
        Self(
            functions
                .map(|function| (function.name().to_owned(), Arc::new(function)))
                .collect(),
        )
    }
}

impl ExprPlanner for Checked {
    fn plan_binary_op(
        &self,
        expr: RawBinaryExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawBinaryExpr>> {
        let Some(function) = checked(&expr.op).and_then(|name| self.0.get(name)) else {
            return Ok(PlannerResult::Original(expr));
        };
        let is_whole = |expr: &Expr| {
            let kind = expr.get_type(schema);
            kind.is_ok_and(|kind| kind.is_signed_integer())
        };
        let depth = depth_of(&expr.left);
        match expr.left {
            // A long sum is one call in the end, not as many as it has signs in one another. A short one stays as it is written,
            // so that parts of it are found in GROUP BY.
            Expr::ScalarFunction(mut left)
                if depth >= DEPTH && left.name() == function.name() && is_whole(&expr.right) =>
            {
                left.args.push(expr.right);
                Ok(PlannerResult::Planned(Expr::ScalarFunction(left)))
            }
            _ if depth >= DEPTH => {
                plan_err!("more than {DEPTH} operations on whole numbers are in one another")
            }
            left if is_whole(&left) && is_whole(&expr.right) => Ok(PlannerResult::Planned(
                function.call(vec![left, expr.right]),
            )),
            left => Ok(PlannerResult::Original(RawBinaryExpr { left, ..expr })),
        }
    }
}

/// How many such calls are in one another, on the left.
fn depth_of(mut expr: &Expr) -> usize {
    let mut depth = 0;
    while let Expr::ScalarFunction(call) = expr
        && is_checked(call.name())
        && let Some(left) = call.args.first()
    {
        expr = left;
        depth += 1;
    }
    depth
}
