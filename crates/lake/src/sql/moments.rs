//! Times and lengths of time beside each other: as DataFusion's types they'd be compared by how they are written.

use std::sync::Arc;

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode as _, TreeNodeRecursion};
use datafusion::common::{
    DFSchema, Diagnostic, Result, ScalarValue, Span, Spans, plan_datafusion_err,
};
use datafusion::logical_expr::expr::{Between, InList};
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr};
use datafusion::logical_expr::type_coercion::binary::comparison_coercion;
use datafusion::logical_expr::{Expr, ExprSchemable, ScalarUDF, cast, try_cast};
use datafusion::sql::sqlparser::ast::BinaryOperator;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::functions::{is_length, milliseconds, product};

/// Plans comparisons of times and of lengths of time, differences of days, and multiples of lengths.
#[derive(Debug)]
pub struct Moments {
    milliseconds: Arc<ScalarUDF>,
    product: Arc<ScalarUDF>,
}

impl Moments {
    /// A planner for a session.
    #[must_use]
    pub fn new() -> Self {
        Self {
            milliseconds: milliseconds(),
            product: product(),
        }
    }

    fn length(&self, expr: Expr) -> Expr {
        self.milliseconds.call(vec![expr])
    }

    /// Both sides of a comparison, as what can be compared.
    fn comparable(&self, left: Expr, right: Expr, kinds: [&DataType; 2]) -> Option<(Expr, Expr)> {
        let [a, b] = kinds;
        if is_length(a) && is_length(b) && !(of_months(&left) && of_months(&right)) {
            return (a != b || matches!(a, DataType::Interval(_)))
                .then(|| (self.length(left), self.length(right)));
        }
        match (is_zoned(a), is_zoned(b)) {
            (true, false) if is_plain(b) => Some((moment(left), right)),
            (false, true) if is_plain(a) => Some((left, moment(right))),
            _ => None,
        }
    }

    /// A length so many times, or divided by so many.
    fn scaled(&self, length: Expr, op: BinaryOperator, by: Expr, number: &DataType) -> Expr {
        let number = if number.is_integer() {
            DataType::Int64
        } else {
            DataType::Float64
        };
        let length = cast(self.length(length), number.clone());
        let by = cast(by, number.clone());
        let scaled = match op {
            BinaryOperator::Divide => length / by,
            _ if number == DataType::Int64 => self.product.call(vec![length, by]),
            _ => length * by,
        };
        cast(
            cast(scaled, DataType::Int64),
            DataType::Duration(TimeUnit::Millisecond),
        )
    }
}

impl ExprPlanner for Moments {
    fn plan_binary_op(
        &self,
        expr: RawBinaryExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawBinaryExpr>> {
        use BinaryOperator::{Divide, Eq, Gt, GtEq, Lt, LtEq, Minus, Multiply, NotEq};
        let (Ok(a), Ok(b)) = (expr.left.get_type(schema), expr.right.get_type(schema)) else {
            return Ok(PlannerResult::Original(expr));
        };
        let RawBinaryExpr { op, left, right } = expr;
        match op {
            Eq | NotEq | Lt | LtEq | Gt | GtEq
                if !is_length(&a) && comparison_coercion(&a, &b).is_none() =>
            {
                let (Some(left), Some(right)) = (flag(&left, &a, &b), flag(&right, &b, &a)) else {
                    let message = format!("Cannot apply operator: {a} {op} {b}");
                    let place = place_of(&left).or_else(|| place_of(&right));
                    let diagnostic = Diagnostic::new_error(message.clone(), place);
                    return Err(plan_datafusion_err!("{message}").with_diagnostic(diagnostic));
                };
                Ok(PlannerResult::Original(RawBinaryExpr { op, left, right }))
            }
            Eq | NotEq | Lt | LtEq | Gt | GtEq => {
                let (left, right) = (timed(left, &b), timed(right, &a));
                let found = self.comparable(left.clone(), right.clone(), [&a, &b]);
                let (left, right) = found.unwrap_or((left, right));
                Ok(PlannerResult::Original(RawBinaryExpr { op, left, right }))
            }
            Minus if a == DataType::Date32 && b == DataType::Date32 => {
                let (left, right) = (cast(left, plain()), cast(right, plain()));
                Ok(PlannerResult::Original(RawBinaryExpr { op, left, right }))
            }
            Minus if is_zoned(&a) != is_zoned(&b) && is_time(&a) && is_time(&b) => {
                let (left, right) = (moment(left), moment(right));
                Ok(PlannerResult::Original(RawBinaryExpr { op, left, right }))
            }
            Multiply | Divide if is_length(&a) && b.is_numeric() => {
                Ok(PlannerResult::Planned(self.scaled(left, op, right, &b)))
            }
            Multiply if is_length(&b) && a.is_numeric() => {
                Ok(PlannerResult::Planned(self.scaled(right, op, left, &a)))
            }
            _ => Ok(PlannerResult::Original(RawBinaryExpr { op, left, right })),
        }
    }
}

/// What isn't an operator with two sides is known to the analyzer only.
impl FunctionRewrite for Moments {
    fn name(&self) -> &str {
        "moments"
    }

    fn rewrite(
        &self,
        expr: Expr,
        schema: &DFSchema,
        _: &ConfigOptions,
    ) -> Result<Transformed<Expr>> {
        let (value, others): (&Expr, Vec<&Expr>) = match &expr {
            Expr::Between(between) => (&between.expr, vec![&between.low, &between.high]),
            Expr::InList(list) => (&list.expr, list.list.iter().collect()),
            _ => return Ok(Transformed::no(expr)),
        };
        let kinds = std::iter::once(value)
            .chain(others)
            .map(|expr| expr.get_type(schema));
        let Ok(kinds) = kinds.collect::<Result<Vec<_>>>() else {
            return Ok(Transformed::no(expr));
        };
        let differ = kinds.iter().any(|kind| *kind != kinds[0]);
        let lengths = kinds.iter().all(is_length) && (differ || kinds.iter().any(is_interval));
        let times = kinds.iter().any(is_zoned) && !kinds.iter().all(is_zoned);
        let to = |expr: Expr| match (lengths, times) {
            (true, _) => self.length(expr),
            (_, true) => moment(timed(expr, &kinds[0])),
            _ => timed(expr, &kinds[0]),
        };
        Ok(Transformed::yes(match expr {
            Expr::Between(between) => Expr::Between(Between {
                expr: Box::new(to(*between.expr)),
                negated: between.negated,
                low: Box::new(to(*between.low)),
                high: Box::new(to(*between.high)),
            }),
            Expr::InList(list) => Expr::InList(InList {
                expr: Box::new(to(*list.expr)),
                list: list.list.into_iter().map(to).collect(),
                negated: list.negated,
            }),
            other => other,
        }))
    }
}

/// A side of a comparison of a text with a yes or no: a text that is neither is NULL.
fn flag(expr: &Expr, kind: &DataType, other: &DataType) -> Option<Expr> {
    match (kind, other) {
        (DataType::Boolean, other) if other.is_string() => Some(expr.clone()),
        (kind, DataType::Boolean) if kind.is_string() => {
            Some(try_cast(expr.clone(), DataType::Boolean))
        }
        _ => None,
    }
}

/// Where a column of an expression stands.
fn place_of(expr: &Expr) -> Option<Span> {
    let mut place = None;
    let found = expr.apply(|expr| {
        place = expr.spans().and_then(Spans::first);
        Ok(match place {
            Some(_) => TreeNodeRecursion::Stop,
            None => TreeNodeRecursion::Continue,
        })
    });
    found.ok().and(place)
}

/// A text beside a time, if it is one of Trino's shorter forms: `2026-1-5`, `2026-01-05 10:00`.
fn timed(expr: Expr, other: &DataType) -> Expr {
    let Expr::Literal(value, _) = &expr else {
        return expr;
    };
    match value.try_as_str().flatten().and_then(short_time) {
        Some(time) if is_time(other) => {
            Expr::Literal(ScalarValue::TimestampMillisecond(Some(time), None), None)
        }
        _ => expr,
    }
}

fn short_time(text: &str) -> Option<i64> {
    let (day, time) = text.trim().split_once(' ').unwrap_or((text.trim(), "0:00"));
    let mut day = day.splitn(3, '-');
    let (year, month, date) = (day.next()?, day.next()?, day.next()?);
    let (hour, minute) = time.split_once(':')?;
    let all = [year, month, date, hour, minute];
    if !all
        .iter()
        .all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
        || year.len() != 4
    {
        return None;
    }
    let (year, hour, minute) = (year.parse().ok()?, hour.parse().ok()?, minute.parse().ok()?);
    let time = DateTime::new(
        year,
        month.parse().ok()?,
        date.parse().ok()?,
        hour,
        minute,
        0,
        0,
    );
    let time = TimeZone::UTC.to_timestamp(time.ok()?).ok()?;
    Some(time.as_millisecond())
}

const fn plain() -> DataType {
    DataType::Timestamp(TimeUnit::Millisecond, None)
}

/// A time without its zone: in UTC, as all times are that have none.
fn moment(expr: Expr) -> Expr {
    let utc = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
    cast(cast(expr, utc), plain())
}

const fn is_zoned(kind: &DataType) -> bool {
    matches!(kind, DataType::Timestamp(_, Some(_)))
}

const fn is_time(kind: &DataType) -> bool {
    matches!(kind, DataType::Timestamp(..) | DataType::Date32)
}

/// What stands for a time of UTC beside one with a zone.
fn is_plain(kind: &DataType) -> bool {
    is_time(kind) || kind.is_string()
}

const fn is_interval(kind: &DataType) -> bool {
    matches!(kind, DataType::Interval(_))
}

fn of_months(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(ScalarValue::IntervalMonthDayNano(Some(interval)), _)
        if interval.months != 0 && interval.days == 0 && interval.nanoseconds == 0)
}
