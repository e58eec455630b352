//! What a condition with alternatives says of one column alone.
//!
//! `arn IS NOT NULL AND name = 'a' OR name = 'b'` reads both columns of every row. That the name is one of two follows from it; said
//! beside it, the scan looks at names first, and at arns only where the name is right.

use std::collections::HashSet;

use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, DFSchema, Result};
use datafusion::logical_expr::utils::{conjunction, disjunction, split_conjunction};
use datafusion::logical_expr::{Expr, Filter, LogicalPlan};

use super::conditions::{alternatives, tested};
use crate::schema::JSON;

/// The plan with filters that say so.
pub fn say(plan: LogicalPlan) -> Result<LogicalPlan> {
    let said = plan.transform_down_with_subqueries(|node| match node {
        LogicalPlan::Filter(filter) => said_beside(filter),
        other => Ok(Transformed::no(other)),
    });
    Ok(said?.data)
}

fn said_beside(filter: Filter) -> Result<Transformed<LogicalPlan>> {
    if !is_of_tables(&filter.input) {
        return Ok(Transformed::no(LogicalPlan::Filter(filter)));
    }
    let schema = filter.input.schema();
    let conditions = split_conjunction(&filter.predicate);
    let implied = conditions
        .iter()
        .flat_map(|condition| implied(condition, schema));
    let Some(implied) = conjunction(implied.collect::<Vec<_>>()) else {
        return Ok(Transformed::no(LogicalPlan::Filter(filter)));
    };
    let both = Filter::try_new(filter.predicate.and(implied), filter.input)?;
    Ok(Transformed::yes(LogicalPlan::Filter(both)))
}

/// Whether all columns are those of tables: a computed one may fail for rows that another condition keeps from it.
fn is_of_tables(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::TableScan(_) => true,
        LogicalPlan::SubqueryAlias(_) | LogicalPlan::Join(_) => {
            plan.inputs().into_iter().all(is_of_tables)
        }
        _ => false,
    }
}

/// A test, and the column that it looks at, if that is a text of a few bytes. Whole records are looked at last.
struct Test<'a> {
    expr: &'a Expr,
    column: Option<&'a Column>,
}

impl<'a> Test<'a> {
    fn new(expr: &'a Expr, schema: &DFSchema) -> Self {
        let text =
            tested(expr, schema).filter(|(column, kind)| kind.is_string() && column.name != JSON);
        Self {
            expr,
            column: text.map(|(column, _)| column),
        }
    }
}

/// For each column of which every alternative has something to say: that one of these holds.
fn implied(condition: &Expr, schema: &DFSchema) -> Vec<Expr> {
    let tests = |alternative: Vec<_>| {
        let tests = alternative.into_iter();
        tests.map(|expr| Test::new(expr, schema)).collect()
    };
    let alternatives: Vec<Vec<Test<'_>>> = alternatives(condition).into_iter().map(tests).collect();
    let [first, _, ..] = alternatives.as_slice() else {
        return Vec::new();
    };
    let columns: HashSet<&Column> = first.iter().filter_map(|test| test.column).collect();
    let mut columns = Vec::from_iter(columns);
    columns.sort_unstable();
    let of_column = |column| {
        let all = || alternatives.iter().flatten();
        if all().all(|test| test.column == Some(column)) {
            // That is the condition itself.
            return None;
        }
        let each = alternatives.iter().map(|tests| {
            let own = tests.iter().filter(|test| test.column == Some(column));
            conjunction(own.map(|test| test.expr.clone()))
        });
        disjunction(each.collect::<Option<Vec<_>>>()?)
    };
    columns.into_iter().filter_map(of_column).collect()
}
