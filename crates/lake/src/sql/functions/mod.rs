//! Trino's functions that DataFusion hasn't, or has with another meaning.

mod arrays;
mod cast;
mod checked;
mod collections;
mod date_trunc;
mod formats;
mod json;
mod late;
mod lengths;
mod numbers;
mod path;
mod simple;
mod strict;
mod strings;
mod sum;
mod time;
mod urls;

use std::sync::Arc;

use datafusion::logical_expr::ScalarUDF;

pub use cast::PlainCasts;
pub use checked::{checked, functions as checked_functions, is_checked, product};
pub use late::late;
pub use lengths::{is_length, milliseconds};
use simple::Simple;
pub use sum::sum;

/// All of them.
#[must_use]
pub fn all() -> Vec<Arc<ScalarUDF>> {
    let mut all: Vec<ScalarUDF> = Vec::new();
    let groups = [
        arrays::functions(),
        collections::functions(),
        json::functions(),
        numbers::functions(),
        strings::functions(),
        time::functions(),
        urls::functions(),
    ];
    all.extend(groups.into_iter().flatten().map(ScalarUDF::new_from_impl));
    all.extend(cast::functions());
    all.extend(strict::functions());
    all.extend(checked::functions());
    all.extend(date_trunc::functions());
    let mut all: Vec<Arc<ScalarUDF>> = all.into_iter().map(Arc::new).collect();
    all.extend([late(), milliseconds(), ordinals()]);
    all
}

/// The one that numbers what UNNEST makes.
#[must_use]
pub fn ordinals() -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::new_from_impl(collections::ordinals()))
}

/// DataFusion's own that are left out: each makes large things of small ones, in memory that no pool counts.
pub const LEFT_OUT: &[&str] = &[
    "range",
    "generate_series",
    "repeat",
    "array_repeat",
    "array_resize",
    "lpad",
    "rpad",
    "version",
];
