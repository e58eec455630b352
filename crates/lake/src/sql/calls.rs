//! Trino's functions in DataFusion's words, where the two differ by name or by shape. What differs in what it does is a
//! function of our own (`functions`).

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    AccessExpr, DateTimeField, Distinct, DuplicateTreatment, Expr, Function, FunctionArg,
    FunctionArgExpr, FunctionArgumentClause, FunctionArgumentList, FunctionArguments, Ident,
    LambdaFunction, LimitClause, ObjectName, OrderByExpr, OrderByOptions, Query, SetExpr, Spanned,
    Subscript, VisitMut, VisitorMut, visit_expressions_mut,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::dialect::{CAST, call, number, text};
use super::error::{Kind, SqlError};
use super::patterns::pattern_of;
use super::shapes::{both, concatenated, conditional, not, part_of_text, remainder, replaced};

/// Functions that go by another name.
const RENAMED: &[(&str, &str)] = &[
    ("filter", "array_filter"),
    ("transform", "array_transform"),
    ("array_remove", "array_remove_all"),
    ("every", "bool_and"),
    ("variance", "var_samp"),
    ("approx_percentile", "approx_percentile_cont"),
    ("levenshtein_distance", "levenshtein"),
    ("codepoint", "ascii"),
    ("truncate", "trunc"),
    ("arbitrary", "any_value"),
    ("ceiling", "ceil"),
    ("localtimestamp", "now"),
];

/// Functions of a point in time that answer a number, and its name in `date_part`: weeks are ISO's, and a week begins on Monday, day 1.
const OF_TIME: &[(&str, &str)] = &[
    ("year", "year"),
    ("quarter", "quarter"),
    ("month", "month"),
    ("week", "week"),
    ("week_of_year", "week"),
    ("year_of_week", "isoyear"),
    ("yow", "isoyear"),
    ("day", "day"),
    ("day_of_month", "day"),
    ("day_of_week", "isodow"),
    ("dow", "isodow"),
    ("day_of_year", "doy"),
    ("doy", "doy"),
    ("hour", "hour"),
    ("minute", "minute"),
    ("second", "second"),
    ("millisecond", "millisecond"),
];

/// Functions that take another shape altogether.
const RESHAPED: &[&str] = &[
    "if",
    "concat",
    "date",
    "regexp_replace",
    "replace",
    "none_match",
    "all_match",
    "max_by",
    "min_by",
    "count_if",
    "length",
    "mod",
    "at_timezone",
    "listagg",
];

/// Whether a name is one of this file's.
pub fn is_translated(name: &str) -> bool {
    let renamed = RENAMED
        .iter()
        .chain(OF_TIME)
        .any(|(trino, _)| *trino == name);
    renamed || RESHAPED.contains(&name)
}

/// Translates every call of a query.
pub fn translate(query: &mut Query) -> Result<(), SqlError> {
    match query.visit(&mut Calls) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

struct Calls;

impl VisitorMut for Calls {
    type Break = SqlError;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<SqlError> {
        match fetched(query) {
            Ok(()) => ControlFlow::Continue(()),
            Err(message) => {
                let place = query.span().start;
                ControlFlow::Break(SqlError::at(Kind::Refused, place, message))
            }
        }
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<SqlError> {
        if let Expr::Lambda(lambda) = expr {
            reach_into_parameters(lambda);
        }
        ControlFlow::Continue(())
    }

    /// From the inside out, so that what a translation makes isn't translated again.
    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<SqlError> {
        if let Expr::CompoundFieldAccess { root, access_chain } = expr {
            name_fields(root, access_chain);
        }
        let place = expr.span().start;
        let new = match expr {
            Expr::Function(function) => translated(function),
            Expr::Extract { field, expr, .. } => Ok(extracted(field, expr)),
            Expr::Substring {
                expr,
                substring_from,
                substring_for,
                ..
            } => Ok(Some(part_of_text(
                expr,
                substring_from.as_deref(),
                substring_for.as_deref(),
            ))),
            Expr::InSubquery { subquery, .. } => {
                once_each(subquery);
                Ok(None)
            }
            Expr::Like {
                pattern,
                escape_char,
                ..
            }
            | Expr::ILike {
                pattern,
                escape_char,
                ..
            } => pattern_of(pattern, escape_char).map(|()| None),
            Expr::AtTimeZone { timestamp, .. } => {
                **timestamp = in_utc(timestamp);
                Ok(None)
            }
            _ => Ok(None),
        };
        match new {
            Ok(Some(new)) => *expr = new,
            Ok(None) => {}
            Err(message) => return ControlFlow::Break(SqlError::at(Kind::Invalid, place, message)),
        }
        ControlFlow::Continue(())
    }
}

/// `FETCH FIRST n ROWS ONLY` is LIMIT.
fn fetched(query: &mut Query) -> Result<(), String> {
    let Some(fetch) = query.fetch.take() else {
        return Ok(());
    };
    if fetch.with_ties || fetch.percent {
        return Err("FETCH takes a number of rows, ONLY".to_owned());
    }
    let first = Some(fetch.quantity.unwrap_or_else(|| number(1)));
    match &mut query.limit_clause {
        None => {
            query.limit_clause = Some(LimitClause::LimitOffset {
                limit: first,
                offset: None,
                limit_by: Vec::new(),
            });
        }
        Some(LimitClause::LimitOffset { limit, .. }) if limit.is_none() => *limit = first,
        Some(_) => return Err("LIMIT and FETCH are not allowed together".to_owned()),
    }
    Ok(())
}

/// `x IN (SELECT y …)` is the same whether `y` comes once or often, and much is spared if it comes once.
fn once_each(query: &mut Query) {
    let is_whole = query.limit_clause.is_none() && query.fetch.is_none();
    if let SetExpr::Select(select) = query.body.as_mut()
        && is_whole
        && select.distinct.is_none()
        && select.top.is_none()
    {
        select.distinct = Some(Distinct::Distinct);
        // Under DISTINCT no other column may be sorted by, and the order doesn't matter.
        query.order_by = None;
    }
}

/// `r -> r.type`: the planner takes a name with a dot for a column's, never for a parameter's.
fn reach_into_parameters(lambda: &mut LambdaFunction) {
    let names: Vec<String> = lambda
        .params
        .iter()
        .map(|parameter| parameter.name.value.clone())
        .collect();
    let _: ControlFlow<()> = visit_expressions_mut(&mut *lambda.body, |expr| {
        if let Expr::CompoundIdentifier(idents) = expr
            && let [first, rest @ ..] = idents.as_slice()
            && names.contains(&first.value)
        {
            let access_chain = rest.iter().map(|ident| {
                AccessExpr::Subscript(Subscript::Index {
                    index: text(&ident.value),
                })
            });
            *expr = Expr::CompoundFieldAccess {
                root: Box::new(Expr::Identifier(first.clone())),
                access_chain: access_chain.collect(),
            };
        }
        ControlFlow::Continue(())
    });
}

/// `element_at(resources, 1).arn`: after anything but a name, the planner takes a field only as a text in brackets.
fn name_fields(root: &Expr, steps: &mut [AccessExpr]) {
    let mut is_name = matches!(root, Expr::Identifier(_) | Expr::CompoundIdentifier(_));
    for step in steps {
        match step {
            AccessExpr::Dot(Expr::Identifier(ident)) if !is_name => {
                *step = AccessExpr::Subscript(Subscript::Index {
                    index: text(&ident.value),
                });
            }
            AccessExpr::Dot(_) => {}
            AccessExpr::Subscript(_) => is_name = false,
        }
    }
}

fn translated(function: &mut Function) -> Result<Option<Expr>, String> {
    let [part] = function.name.0.as_slice() else {
        return Ok(None);
    };
    let Some(ident) = part.as_ident() else {
        return Ok(None);
    };
    let (name, span) = (ident.value.clone(), ident.span);
    if let Some((_, other)) = RENAMED.iter().find(|(trino, _)| *trino == name) {
        function.name = named(other, span);
        return Ok(None);
    }
    let arguments = arguments(function);
    if let Some((_, unit)) = OF_TIME.iter().find(|(trino, _)| *trino == name) {
        let [time] = exactly(&name, arguments)?;
        return Ok(Some(part_of(time, unit)));
    }
    Ok(match name.as_str() {
        "if" => Some(conditional(arguments)?),
        "concat" => Some(concatenated(arguments)?),
        "date" => {
            let [value] = exactly(&name, arguments)?;
            Some(call(CAST, vec![value, text("date")]))
        }
        "length" => {
            let [value] = exactly(&name, arguments)?;
            Some(call("character_length", vec![value]))
        }
        "mod" => {
            let [value, by] = exactly(&name, arguments)?;
            Some(remainder(value, by))
        }
        "listagg" => {
            let [value, between] = match arguments.len() {
                1 => exactly(&name, vec![arguments[0].clone(), text("")])?,
                _ => exactly(&name, arguments)?,
            };
            function.name = named("string_agg", span);
            let order = std::mem::take(&mut function.within_group);
            let distinct = match &function.args {
                FunctionArguments::List(list) => list.duplicate_treatment,
                _ => None,
            };
            let clauses = (!order.is_empty()).then_some(FunctionArgumentClause::OrderBy(order));
            set_arguments(
                function,
                vec![value, between],
                clauses.into_iter().collect(),
            );
            if let FunctionArguments::List(list) = &mut function.args {
                list.duplicate_treatment = distinct;
            }
            None
        }
        "at_timezone" => {
            let [timestamp, zone] = exactly(&name, arguments)?;
            Some(Expr::AtTimeZone {
                timestamp: Box::new(in_utc(&timestamp)),
                time_zone: Box::new(zone),
            })
        }
        "replace" | "regexp_replace" => Some(replaced(&name, arguments)),
        "none_match" => {
            let [array, lambda] = exactly(&name, arguments)?;
            Some(not(call("array_any_match", vec![array, lambda])))
        }
        "all_match" => {
            let [array, lambda] = exactly(&name, arguments)?;
            let Expr::Lambda(mut lambda) = lambda else {
                return Err("all_match needs a lambda".to_owned());
            };
            lambda.body = Box::new(not(Expr::Nested(lambda.body)));
            Some(not(call(
                "array_any_match",
                vec![array, Expr::Lambda(lambda)],
            )))
        }
        "count_if" => {
            let [condition] = exactly(&name, arguments)?;
            function.name = named("count", span);
            set_arguments(function, vec![number(1)], Vec::new());
            function.filter = Some(Box::new(both(function.filter.take(), condition)));
            None
        }
        "max_by" | "min_by" => {
            let [value, by] = exactly(&name, arguments)?;
            function.name = named("first_value", span);
            let options = OrderByOptions {
                asc: Some(name == "min_by"),
                nulls_first: Some(false),
            };
            let order = OrderByExpr {
                expr: by.clone(),
                options,
                with_fill: None,
            };
            set_arguments(
                function,
                vec![value],
                vec![FunctionArgumentClause::OrderBy(vec![order])],
            );
            function.filter = Some(Box::new(both(
                function.filter.take(),
                Expr::IsNotNull(Box::new(by)),
            )));
            None
        }
        _ => None,
    })
}

fn named(name: &str, span: Span) -> ObjectName {
    ObjectName::from(vec![Ident::with_span(span, name)])
}

fn arguments(function: &Function) -> Vec<Expr> {
    let FunctionArguments::List(list) = &function.args else {
        return Vec::new();
    };
    let plain = list.args.iter().filter_map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    });
    plain.collect()
}

fn set_arguments(
    function: &mut Function,
    arguments: Vec<Expr>,
    clauses: Vec<FunctionArgumentClause>,
) {
    let args = arguments
        .into_iter()
        .map(|argument| FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)))
        .collect();
    let duplicate_treatment = None::<DuplicateTreatment>;
    function.args = FunctionArguments::List(FunctionArgumentList {
        duplicate_treatment,
        args,
        clauses,
    });
}

fn exactly<const N: usize>(name: &str, arguments: Vec<Expr>) -> Result<[Expr; N], String> {
    let given = arguments.len();
    arguments
        .try_into()
        .map_err(|_| format!("{name} takes {N} arguments, not {given}"))
}

/// `EXTRACT(DOW FROM …)` counts days as `day_of_week` does.
fn extracted(field: &DateTimeField, time: &Expr) -> Option<Expr> {
    let field = field.to_string().to_lowercase();
    let (_, unit) = OF_TIME.iter().find(|(trino, _)| *trino == field)?;
    Some(part_of(time.clone(), unit))
}

/// A bigint, as Trino answers; DataFusion counts the milliseconds since the minute began.
fn part_of(time: Expr, unit: &str) -> Expr {
    let part = call("date_part", vec![text(unit), time]);
    let part = match unit {
        "millisecond" => remainder(part, number(1000)),
        _ => part,
    };
    call(CAST, vec![part, text("bigint")])
}

/// `AT TIME ZONE` shows the same moment elsewhere. Without a zone DataFusion would take the time for the other zone's own.
fn in_utc(time: &Expr) -> Expr {
    call(CAST, vec![time.clone(), text("timestamp with time zone")])
}
