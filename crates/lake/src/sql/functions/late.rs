//! A mark that keeps a condition out of the scan.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field};
use datafusion::logical_expr::ScalarUDF;

use super::Simple;
use super::simple::Takes;

/// Answers what it is given. As its answers might change, for all that the planner knows, no scan is given them to filter by.
#[must_use]
pub fn late() -> Arc<ScalarUDF> {
    let gives = |_: &[_]| Ok(Field::new("", DataType::Boolean, true));
    let late = Simple::new("asked late", &[Takes::Any], gives, |columns, _| {
        Ok(Arc::clone(&columns[0]))
    });
    Arc::new(ScalarUDF::new_from_impl(late.volatile()))
}
