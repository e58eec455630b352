//! What a condition with alternatives says of one column alone.
//!
//! `arn IS NOT NULL AND name = 'a' OR name = 'b'` reads both columns of every row. That the name is one of two follows from it; said
//! beside it, the scan looks at names first, and at arns only where the name is right.

use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, DFSchema, Result};
use datafusion::functions::core::getfield::GetFieldFunc;
use datafusion::logical_expr::expr::{Between, InList, Like};
use datafusion::logical_expr::utils::{conjunction, disjunction, split_binary, split_conjunction};
use datafusion::logical_expr::{
    BinaryExpr, Expr, ExprSchemable as _, Filter, LogicalPlan, Operator,
};

/// The plan with filters that say so.
pub fn say(plan: LogicalPlan) -> Result<LogicalPlan> {
    let said = plan.transform_down_with_subqueries(|node| match node {
        LogicalPlan::Filter(filter) => said_beside(filter),
        other => Ok(Transformed::no(other)),
    });
    Ok(said?.data)
}

fn said_beside(filter: Filter) -> Result<Transformed<LogicalPlan>> {
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

/// For each column of which every alternative has something to say: that one of these holds.
fn implied(condition: &Expr, schema: &DFSchema) -> Vec<Expr> {
    let alternatives: Vec<Vec<&Expr>> = split_binary(condition, Operator::Or)
        .into_iter()
        .map(split_conjunction)
        .collect();
    let [first, _, ..] = alternatives.as_slice() else {
        return Vec::new();
    };
    let is_of = |test: &Expr, column: &Column| tested(test, schema) == Some(column);
    let mut columns: Vec<&Column> = Vec::new();
    for column in first.iter().filter_map(|test| tested(test, schema)) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    let of_column = |column: &Column| {
        if alternatives
            .iter()
            .flatten()
            .all(|test| is_of(test, column))
        {
            // That is the condition itself.
            return None;
        }
        let each = alternatives.iter().map(|tests| {
            let own = tests.iter().filter(|test| is_of(test, column));
            conjunction(own.map(|test| (*test).clone()))
        });
        disjunction(each.collect::<Option<Vec<_>>>()?)
    };
    columns.into_iter().filter_map(of_column).collect()
}

/// The column that a test looks at, if it is the only one and no value of it can make the test fail with an error.
fn tested<'a>(test: &'a Expr, schema: &DFSchema) -> Option<&'a Column> {
    let text = |expr: &'a Expr, others: &[&Expr]| {
        let is_text = expr.get_type(schema).is_ok_and(|kind| kind.is_string());
        let are_texts = others.iter().all(|other| is_text_literal(other));
        column(expr).filter(|_| is_text && are_texts)
    };
    match test {
        Expr::IsNull(expr) | Expr::IsNotNull(expr) => column(expr),
        Expr::Not(test) => tested(test, schema),
        Expr::BinaryExpr(BinaryExpr { left, op, right }) if op.supports_propagation() => {
            text(left, &[right]).or_else(|| text(right, &[left]))
        }
        Expr::InList(InList { expr, list, .. }) => text(expr, &list.iter().collect::<Vec<_>>()),
        Expr::Like(Like { expr, pattern, .. }) => text(expr, &[pattern]),
        Expr::Between(Between {
            expr, low, high, ..
        }) => text(expr, &[low, high]),
        _ => None,
    }
}

/// The column that is meant, itself or a field in it.
fn column(expr: &Expr) -> Option<&Column> {
    match expr {
        Expr::Column(column) => Some(column),
        Expr::ScalarFunction(call) if call.func.inner().is::<GetFieldFunc>() => {
            column(call.args.first()?)
        }
        _ => None,
    }
}

fn is_text_literal(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(value, _) if value.data_type().is_string())
}
