//! Arithmetic of whole numbers that fails where DataFusion's begins again at the other end.

use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, Datum};
use arrow::compute::cast;
use arrow::compute::kernels::numeric::{add, mul, sub};
use arrow::datatypes::{DataType, Field, FieldRef};
use arrow::error::ArrowError;
use datafusion::common::{DataFusionError, Result, exec_datafusion_err, plan_err};
use datafusion::logical_expr::{ScalarFunctionArgs, ScalarUDF};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::Simple;
use super::simple::Takes;
use crate::sql::text::text_of;

type Operation = fn(&dyn Datum, &dyn Datum) -> Result<ArrayRef, ArrowError>;

/// As many as the longest statement has room for.
const MANY: &[Takes] = &[Takes::Any; 5000];

/// The functions behind `+`, `-` and `*`.
pub fn functions() -> Vec<ScalarUDF> {
    vec![
        function("checked add", |columns, args| {
            computed(columns, args, add, "addition")
        }),
        function("checked subtract", |columns, args| {
            computed(columns, args, sub, "subtraction")
        }),
        multiply(),
    ]
}

/// The function behind `*`.
#[must_use]
pub fn product() -> Arc<ScalarUDF> {
    Arc::new(multiply())
}

fn multiply() -> ScalarUDF {
    function("checked multiply", |columns, args| {
        computed(columns, args, mul, "multiplication")
    })
}

fn function(
    name: &'static str,
    run: fn(&[ArrayRef], &ScalarFunctionArgs) -> Result<ArrayRef>,
) -> ScalarUDF {
    let function = Simple::new(name, MANY, gives_wider, run).with_optional(MANY.len() - 2);
    ScalarUDF::new_from_impl(function)
}

/// The name of an operator's function, if it has one.
#[must_use]
pub const fn checked(op: &BinaryOperator) -> Option<&'static str> {
    match op {
        BinaryOperator::Plus => Some("checked add"),
        BinaryOperator::Minus => Some("checked subtract"),
        BinaryOperator::Multiply => Some("checked multiply"),
        _ => None,
    }
}

/// Whether a function is one of these.
#[must_use]
pub fn is_checked(name: &str) -> bool {
    name.starts_with("checked ")
}

fn gives_wider(fields: &[FieldRef]) -> Result<Field> {
    let kinds = fields.iter().map(|field| field.data_type().clone());
    match kinds.max_by_key(|kind| kind.primitive_width()) {
        Some(kind) if kind.is_signed_integer() => Ok(Field::new("", kind, true)),
        _ => plan_err!("whole numbers are expected"),
    }
}

fn computed(
    columns: &[ArrayRef],
    args: &ScalarFunctionArgs,
    with: Operation,
    what: &str,
) -> Result<ArrayRef> {
    let kind = args.return_field.data_type();
    let mut columns = columns.iter().map(|column| cast(column, kind));
    let Some(first) = columns.next() else {
        return plan_err!("whole numbers are expected");
    };
    columns.try_fold(first?, |left, right| {
        let right = right?;
        with(&left, &right).map_err(|_| overflow(&left, &right, kind, with, what))
    })
}

/// The error of the first pair whose answer has no room.
fn overflow(
    left: &ArrayRef,
    right: &ArrayRef,
    kind: &DataType,
    with: Operation,
    what: &str,
) -> DataFusionError {
    let name = match kind {
        DataType::Int8 => "tinyint",
        DataType::Int16 => "smallint",
        DataType::Int32 => "integer",
        _ => "bigint",
    };
    let fails = |row: &usize| with(&left.slice(*row, 1), &right.slice(*row, 1)).is_err();
    let pair = (0..left.len()).find(fails).and_then(|row| {
        let shown = |column: &ArrayRef| text_of(column.as_ref(), row).ok().flatten();
        Some(format!(": {} and {}", shown(left)?, shown(right)?))
    });
    exec_datafusion_err!("{name} {what} overflow{}", pair.unwrap_or_default())
}
