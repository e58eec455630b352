//! Expressions that are written out twice on the way to a plan: nested in one another, they would grow twofold with every level.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::ptr;

use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Query, Spanned as _, Visit,
    Visitor,
};

use super::error::{Kind, SqlError};

/// How deep they may nest: far deeper than people write them, and still quickly planned.
const MAX_DEPTH: usize = 6;

/// Refuses a query in which they nest too deeply.
pub fn check(query: &Query) -> Result<(), SqlError> {
    match query.visit(&mut Doubled::default()) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

#[derive(Default)]
struct Doubled {
    /// By their addresses: an expression doesn't know what it stands in.
    twice: HashSet<*const Expr>,
    depth: usize,
}

impl Visitor for Doubled {
    type Break = SqlError;

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<SqlError> {
        if self.twice.contains(&ptr::from_ref(expr)) {
            self.depth += 1;
        }
        if self.depth > MAX_DEPTH {
            let message = "conditions, COALESCE and their like are nested too deeply";
            let place = expr.span().start;
            return ControlFlow::Break(SqlError::at(Kind::Refused, place, message));
        }
        let parts = written_twice(expr).into_iter().map(ptr::from_ref);
        self.twice.extend(parts);
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &Expr) -> ControlFlow<SqlError> {
        if self.twice.remove(&ptr::from_ref(expr)) {
            self.depth -= 1;
        }
        ControlFlow::Continue(())
    }
}

/// The parts of an expression that [`super::calls`] or DataFusion's optimizer repeats.
fn written_twice(expr: &Expr) -> Vec<&Expr> {
    match expr {
        // `a >= low AND a <= high`
        Expr::Between { expr, .. } => vec![expr],
        // Of truth values, `(condition AND a) OR (NOT condition AND b)`.
        Expr::Case { conditions, .. } => conditions.iter().map(|when| &when.condition).collect(),
        Expr::Function(function) => repeated(function),
        _ => Vec::new(),
    }
}

fn repeated(function: &Function) -> Vec<&Expr> {
    let mut arguments = arguments(function);
    match function.name.to_string().to_lowercase().as_str() {
        // `CASE WHEN a IS NOT NULL THEN a ELSE b END`
        "coalesce" | "ifnull" | "nvl" => {
            arguments.pop();
            arguments
        }
        // As CASE.
        "if" => arguments.into_iter().take(1).collect(),
        // `first_value(a ORDER BY b) FILTER (WHERE b IS NOT NULL)`
        "max_by" | "min_by" => arguments.split_off(arguments.len().min(1)),
        // `sum(a + 1)` is `sum(a) + count(a)`; a subquery may hold another.
        "sum" => arguments,
        _ => Vec::new(),
    }
}

fn arguments(function: &Function) -> Vec<&Expr> {
    let FunctionArguments::List(list) = &function.args else {
        return Vec::new();
    };
    let plain = list.args.iter().filter_map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    });
    plain.collect()
}
