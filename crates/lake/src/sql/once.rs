//! `NOT IN (SELECT …)` of what rows are grouped by, asked once a group.
//!
//! `SELECT DISTINCT arn … WHERE arn NOT IN (…)` looks an arn up for each of its rows, and DataFusion keeps all of these rows meanwhile: a
//! NULL among what is looked up in changes every answer. Whether a group stays depends on its key alone, so groups are made first.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::expr::InSubquery;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{
    Aggregate, Distinct, Expr, Filter, LogicalPlan, Projection, Subquery,
};
use datafusion::prelude::ident;

use super::conditions::{is_of_plain, is_plain};

/// The plan with such conditions above their groups.
pub fn ask(plan: LogicalPlan) -> Result<LogicalPlan> {
    let asked = plan.transform_down_with_subqueries(|node| {
        let changed = match &node {
            LogicalPlan::Distinct(Distinct::All(rows)) => of_distinct(rows)?,
            LogicalPlan::Aggregate(aggregate) => of_aggregate(aggregate)?,
            _ => None,
        };
        Ok(changed.map_or_else(|| Transformed::no(node), Transformed::yes))
    });
    Ok(asked?.data)
}

fn of_distinct(rows: &LogicalPlan) -> Result<Option<LogicalPlan>> {
    let LogicalPlan::Projection(projection) = rows else {
        return Ok(None);
    };
    let Some((rows, asked)) = parted(&projection.input, &projection.expr, &[])? else {
        return Ok(None);
    };
    let rows = Projection::try_new(projection.expr.clone(), Arc::new(rows))?;
    let groups = Distinct::All(Arc::new(LogicalPlan::Projection(rows)));
    above(LogicalPlan::Distinct(groups), asked).map(Some)
}

fn of_aggregate(aggregate: &Aggregate) -> Result<Option<LogicalPlan>> {
    let (keys, values) = (&aggregate.group_expr, &aggregate.aggr_expr);
    let Some((rows, asked)) = parted(&aggregate.input, keys, values)? else {
        return Ok(None);
    };
    let groups = Aggregate::try_new(Arc::new(rows), keys.clone(), values.clone())?;
    above(LogicalPlan::Aggregate(groups), asked).map(Some)
}

/// That a key, by its place, is not among what a query answers.
struct NotIn {
    key: usize,
    among: Subquery,
}

/// Rows without the conditions that can be asked of their groups, and these conditions; none if there is no such condition, or if
/// something would be computed, and might fail, for rows that it keeps out.
fn parted(
    rows: &LogicalPlan,
    keys: &[Expr],
    values: &[Expr],
) -> Result<Option<(LogicalPlan, Vec<NotIn>)>> {
    let LogicalPlan::Filter(filter) = rows else {
        return Ok(None);
    };
    // A subquery that asks of the rows around it is taken apart only as it stands.
    let asks_around = !rows.all_out_ref_exprs().is_empty();
    if asks_around || !keys.iter().all(is_plain) || !values.iter().all(is_of_plain) {
        return Ok(None);
    }
    let (mut asked, mut others) = (Vec::new(), Vec::new());
    for condition in split_conjunction_owned(filter.predicate.clone()) {
        match of_key(&condition, keys) {
            Some(not_in) => asked.push(not_in),
            None => others.push(condition),
        }
    }
    if asked.is_empty() {
        return Ok(None);
    }
    let rows = match conjunction(others) {
        None => filter.input.as_ref().clone(),
        Some(others) => LogicalPlan::Filter(Filter::try_new(others, Arc::clone(&filter.input))?),
    };
    Ok(Some((rows, asked)))
}

/// A condition, if it is a NOT IN of a key and of nothing else.
fn of_key(condition: &Expr, keys: &[Expr]) -> Option<NotIn> {
    let (condition, negated) = match condition {
        Expr::Not(negated) => (negated.as_ref(), false),
        plain => (plain, true),
    };
    let Expr::InSubquery(asked) = condition else {
        return None;
    };
    if asked.negated != negated || !asked.subquery.outer_ref_columns.is_empty() {
        return None;
    }
    let asks = |key: &Expr| key.clone().unalias() == *asked.expr;
    Some(NotIn {
        key: keys.iter().position(asks)?,
        among: asked.subquery.clone(),
    })
}

/// The groups of which the conditions hold. Meanwhile their columns have names that no query answers.
fn above(groups: LogicalPlan, asked: Vec<NotIn>) -> Result<LogicalPlan> {
    let names = Arc::clone(groups.schema());
    let meanwhile = |place: usize| format!("__group_{place}");
    let renamed = names.iter().enumerate();
    let renamed = renamed.map(|(place, column)| Expr::from(column).alias(meanwhile(place)));
    let groups = Projection::try_new(renamed.collect(), Arc::new(groups))?;
    let mut kept = LogicalPlan::Projection(groups);
    for NotIn { key, among } in asked {
        let not_in = InSubquery::new(Box::new(ident(meanwhile(key))), among, true);
        kept = LogicalPlan::Filter(Filter::try_new(Expr::InSubquery(not_in), Arc::new(kept))?);
    }
    let named = names.iter().enumerate().map(|(place, (relation, field))| {
        ident(meanwhile(place)).alias_qualified(relation.cloned(), field.name())
    });
    let named = Projection::try_new(named.collect(), Arc::new(kept))?;
    Ok(LogicalPlan::Projection(named))
}
