//! Conditions that are better asked after the scan than in it.
//!
//! A scan that filters by a structure's field reads it for that, and once more to answer it. Where the condition is only that the field is
//! there, few rows fall away for this price. So `userIdentity.arn IS NOT NULL AND name = 'a' OR name = 'b'` is asked of what the scan
//! answers, and the scan asks what remains of it without the field: `name = 'a' OR name = 'b'`.

use arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNodeRecursion, TreeNodeRewriter};
use datafusion::common::{Column, DFSchema, Result};
use datafusion::logical_expr::expr::InSubquery;
use datafusion::logical_expr::utils::{conjunction, disjunction, split_conjunction};
use datafusion::logical_expr::{Expr, ExprSchemable as _, Filter, LogicalPlan, Subquery};

use super::conditions::{alternatives, is_of_plain, is_plain, tested};
use super::functions;
use crate::schema::{JSON, schema};

/// The plan with such conditions after their scans. Unless it reads long values, of which each row costs more than any test.
pub fn ask(plan: LogicalPlan) -> Result<LogicalPlan> {
    if reads_long_values(&plan)? {
        return Ok(plan);
    }
    let asked = plan.rewrite_with_subqueries(&mut Parting::default());
    Ok(asked?.data)
}

/// Parts the conditions of tables, on the way up.
///
/// What stands above a condition is moved into the scan too, before the part that is kept from it. So nothing is parted below what could
/// fail for rows that the condition leaves out: what is computed, and what is made of one kind for a join or a union.
#[derive(Default)]
struct Parting {
    /// How many of the nodes above could.
    may_fail: usize,
}

impl TreeNodeRewriter for Parting {
    type Node = LogicalPlan;

    fn f_down(&mut self, node: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
        self.may_fail += usize::from(may_fail(&node));
        Ok(Transformed::no(node))
    }

    fn f_up(&mut self, node: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
        self.may_fail -= usize::from(may_fail(&node));
        match node {
            LogicalPlan::Filter(filter) if self.may_fail == 0 && is_table(&filter.input) => {
                parted(filter)
            }
            other => Ok(Transformed::no(other)),
        }
    }
}

fn may_fail(node: &LogicalPlan) -> bool {
    match node {
        LogicalPlan::TableScan(_) | LogicalPlan::SubqueryAlias(_) => false,
        LogicalPlan::Join(_) | LogicalPlan::Union(_) => true,
        LogicalPlan::Filter(filter) => {
            let schema = filter.input.schema();
            let mut tests = split_conjunction(&filter.predicate).into_iter();
            !tests.all(|test| asks_for_rows(test, schema) || are_safe(&alternatives(test), schema))
        }
        other => {
            let all = other.expressions();
            !all.iter().all(|expr| is_plain(expr) || is_of_plain(expr))
        }
    }
}

/// Whether a test is of what another query answers, by itself, and of nothing computed or made of another kind.
fn asks_for_rows(test: &Expr, schema: &DFSchema) -> bool {
    let by_itself = |asked: &Subquery| asked.outer_ref_columns.is_empty();
    match test {
        Expr::Not(test) => asks_for_rows(test, schema),
        Expr::Exists(asked) => by_itself(&asked.subquery),
        Expr::InSubquery(InSubquery { expr, subquery, .. }) => {
            let among = subquery.subquery.schema().field(0).data_type();
            let is_of_that_kind = expr.get_type(schema).is_ok_and(|kind| kind == *among);
            is_plain(expr) && is_of_that_kind && by_itself(subquery)
        }
        _ => false,
    }
}

fn are_safe(alternatives: &[Vec<&Expr>], schema: &DFSchema) -> bool {
    let mut tests = alternatives.iter().flatten();
    tests.all(|test| tested(test, schema).is_some())
}

fn reads_long_values(plan: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    plan.apply_with_subqueries(|node| {
        // A scan's columns are all that there are, until the optimizer knows which are read.
        if !matches!(
            node,
            LogicalPlan::TableScan(_) | LogicalPlan::SubqueryAlias(_)
        ) {
            let mut columns = node.expressions().into_iter().flat_map(|expr| {
                let columns = expr.column_refs().into_iter().cloned();
                columns.collect::<Vec<_>>()
            });
            found |= columns.any(|column| is_long(&column));
        }
        Ok(match found {
            true => TreeNodeRecursion::Stop,
            false => TreeNodeRecursion::Continue,
        })
    })?;
    Ok(found)
}

fn is_long(column: &Column) -> bool {
    let schema = schema();
    let kind = schema
        .field_with_name(&column.name)
        .map(|field| field.data_type());
    column.name == JSON || matches!(kind, Ok(DataType::Map(..) | DataType::List(_)))
}

fn is_table(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::TableScan(_) => true,
        LogicalPlan::SubqueryAlias(alias) => is_table(&alias.input),
        _ => false,
    }
}

/// The filter with what the scan may ask first, and what is kept from it after that; as it was if either is missing, or if a test could
/// fail for rows that it doesn't see so far.
fn parted(filter: Filter) -> Result<Transformed<LogicalPlan>> {
    let (mut early, mut late) = (Vec::new(), Vec::new());
    for condition in split_conjunction(&filter.predicate) {
        let alternatives = alternatives(condition);
        if !are_safe(&alternatives, filter.input.schema()) {
            return Ok(Transformed::no(LogicalPlan::Filter(filter)));
        }
        if alternatives.iter().flatten().any(|test| finds_field(test)) {
            early.extend(without_fields(&alternatives));
            late.push(functions::late().call(vec![condition.clone()]));
        } else {
            early.push(condition.clone());
        }
    }
    let (Some(early), Some(late)) = (conjunction(early), conjunction(late)) else {
        return Ok(Transformed::no(LogicalPlan::Filter(filter)));
    };
    let parted = Filter::try_new(early.and(late), filter.input)?;
    Ok(Transformed::yes(LogicalPlan::Filter(parted)))
}

/// Whether a test is only that a structure's field is there.
fn finds_field(test: &Expr) -> bool {
    matches!(test, Expr::IsNotNull(value) if !matches!(value.as_ref(), Expr::Column(_)))
}

/// What remains of a condition without such tests, if each alternative leaves something.
fn without_fields(alternatives: &[Vec<&Expr>]) -> Option<Expr> {
    let remaining = alternatives.iter().map(|tests| {
        let others = tests.iter().filter(|test| !finds_field(test));
        conjunction(others.map(|test| (*test).clone()))
    });
    disjunction(remaining.collect::<Option<Vec<_>>>()?)
}
