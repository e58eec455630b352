//! What a condition is made of: alternatives, each of which is some tests. And which expressions can't fail.

use arrow::datatypes::DataType;
use datafusion::common::{Column, DFSchema, ExprSchema as _};
use datafusion::functions::core::getfield::GetFieldFunc;
use datafusion::logical_expr::expr::{AggregateFunction, Between, InList, Like};
use datafusion::logical_expr::utils::{split_binary, split_conjunction};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};

/// The alternatives of a condition, each with the tests that it makes.
pub fn alternatives(condition: &Expr) -> Vec<Vec<&Expr>> {
    let alternatives = split_binary(condition, Operator::Or).into_iter();
    alternatives.map(split_conjunction).collect()
}

/// The column that a test looks at, or into, and of what kind the value there is: if nothing but constants is beside it, and no value can
/// make the test fail.
pub fn tested<'a>(test: &'a Expr, schema: &DFSchema) -> Option<(&'a Column, DataType)> {
    let beside = |expr: &'a Expr, others: &[&Expr]| {
        let (column, kind) = place(expr, schema)?;
        let compares = match kind {
            DataType::Timestamp(..) => is_constant,
            DataType::Boolean => is_boolean_literal,
            ref kind if kind.is_integer() => is_integer_literal,
            ref kind if kind.is_string() => is_text_literal,
            _ => return None,
        };
        let all = others.iter().all(|other| compares(other));
        all.then_some((column, kind))
    };
    match test {
        Expr::IsNull(expr) | Expr::IsNotNull(expr) => place(expr, schema),
        Expr::Not(test) => tested(test, schema),
        Expr::BinaryExpr(BinaryExpr { left, op, right }) if op.supports_propagation() => {
            beside(left, &[right]).or_else(|| beside(right, &[left]))
        }
        Expr::InList(InList { expr, list, .. }) => beside(expr, &Vec::from_iter(list)),
        Expr::Like(Like { expr, pattern, .. }) => beside(expr, &[pattern]),
        Expr::Between(Between {
            expr, low, high, ..
        }) => beside(expr, &[low, high]),
        _ => None,
    }
}

/// A column, or a field in a structure of one, and of what kind that is.
fn place<'a>(expr: &'a Expr, schema: &DFSchema) -> Option<(&'a Column, DataType)> {
    match expr {
        Expr::Column(column) => {
            let kind = schema.data_type(column).ok()?;
            Some((column, kind.clone()))
        }
        Expr::ScalarFunction(call) if call.func.inner().is::<GetFieldFunc>() => {
            let [inner, Expr::Literal(name, _)] = call.args.as_slice() else {
                return None;
            };
            let (column, kind) = place(inner, schema)?;
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

fn is_boolean_literal(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(value, _) if value.data_type() == DataType::Boolean)
}

fn is_integer_literal(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(value, _) if value.data_type().is_integer())
}

/// Whether it is the same for all rows: a literal, or calls of literals.
fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(..) => true,
        Expr::Cast(cast) => is_constant(&cast.expr),
        Expr::BinaryExpr(BinaryExpr { left, right, .. }) => is_constant(left) && is_constant(right),
        Expr::ScalarFunction(call) => call.args.iter().all(is_constant),
        _ => false,
    }
}

/// Whether an expression is there for every row: a column, or a field in a structure of one.
pub fn is_plain(expr: &Expr) -> bool {
    match expr {
        Expr::Column(_) | Expr::Literal(..) => true,
        Expr::Alias(alias) => is_plain(&alias.expr),
        Expr::ScalarFunction(call) if call.func.inner().is::<GetFieldFunc>() => {
            call.args.iter().all(is_plain)
        }
        _ => false,
    }
}

/// Whether it is an aggregate of such.
pub fn is_of_plain(expr: &Expr) -> bool {
    match expr {
        Expr::Alias(alias) => is_of_plain(&alias.expr),
        Expr::AggregateFunction(AggregateFunction { params, .. }) => {
            let ordered = params.order_by.iter().map(|by| &by.expr);
            params.args.iter().chain(ordered).all(is_plain) && params.filter.is_none()
        }
        _ => false,
    }
}
