//! What a condition with alternatives says of one column alone.
//!
//! `arn IS NOT NULL AND name = 'a' OR name = 'b'` reads both columns of every row. That the name is one of two follows from it; said
//! beside it, the scan looks at names first, and at arns only where the name is right.

use std::collections::HashSet;

use arrow::datatypes::DataType;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, DFSchema, ExprSchema as _, Result};
use datafusion::functions::core::getfield::GetFieldFunc;
use datafusion::logical_expr::expr::{Between, InList, Like};
use datafusion::logical_expr::utils::{conjunction, disjunction, split_binary, split_conjunction};
use datafusion::logical_expr::{BinaryExpr, Expr, Filter, LogicalPlan, Operator};

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

/// A test of one column alone.
struct Test<'a> {
    expr: &'a Expr,
    column: Option<&'a Column>,
}

/// For each column of which every alternative has something to say: that one of these holds.
fn implied(condition: &Expr, schema: &DFSchema) -> Vec<Expr> {
    let tests = |alternative| {
        let tests = split_conjunction(alternative).into_iter();
        let tests = tests.map(|expr| Test {
            expr,
            column: tested(expr, schema),
        });
        tests.collect::<Vec<_>>()
    };
    let alternatives: Vec<Vec<Test<'_>>> = split_binary(condition, Operator::Or)
        .into_iter()
        .map(tests)
        .collect();
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

/// The column that a test looks at, if it is the only one, a text of a few bytes, and no value of it can make the test fail.
fn tested<'a>(test: &'a Expr, schema: &DFSchema) -> Option<&'a Column> {
    let text = |expr: &'a Expr, others: &[&Expr]| {
        let are_texts = others.iter().all(|other| is_text_literal(other));
        column(expr, schema).filter(|_| are_texts)
    };
    match test {
        Expr::IsNull(expr) | Expr::IsNotNull(expr) => column(expr, schema),
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

/// The column that is meant, if it is a text or has one in its structure. Whole records are looked at last.
fn column<'a>(expr: &'a Expr, schema: &DFSchema) -> Option<&'a Column> {
    let (column, _) = text_in(expr, schema).filter(|(_, kind)| kind.is_string())?;
    (column.name != JSON).then_some(column)
}

/// A column, or a field in a structure of one, and what kind that is.
fn text_in<'a>(expr: &'a Expr, schema: &DFSchema) -> Option<(&'a Column, DataType)> {
    match expr {
        Expr::Column(column) => {
            let kind = schema.data_type(column).ok()?;
            Some((column, kind.clone()))
        }
        Expr::ScalarFunction(call) if call.func.inner().is::<GetFieldFunc>() => {
            let [inner, Expr::Literal(name, _)] = call.args.as_slice() else {
                return None;
            };
            let (column, kind) = text_in(inner, schema)?;
            let (DataType::Struct(fields), Some(Some(name))) = (kind, name.try_as_str()) else {
                return None;
            };
            let (_, field) = fields.find(name)?;
            Some((column, field.data_type().clone()))
        }
        _ => None,
    }
}

fn is_text_literal(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(value, _) if value.data_type().is_string())
}
