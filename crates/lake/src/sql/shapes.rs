//! Expressions that say in DataFusion's words what a function of Trino's does.

use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{BinaryOperator, CaseWhen, Expr, UnaryOperator};

use super::dialect::{call, number, text};
use super::patterns::{replacement_of, text_in};

fn case(conditions: Vec<(Expr, Expr)>, otherwise: Option<Expr>) -> Expr {
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: conditions
            .into_iter()
            .map(|(condition, result)| CaseWhen { condition, result })
            .collect(),
        else_result: otherwise.map(Box::new),
    }
}

fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    let inside = |expr| Box::new(Expr::Nested(Box::new(expr)));
    Expr::BinaryOp {
        left: inside(left),
        op,
        right: inside(right),
    }
}

/// The opposite.
pub fn not(expr: Expr) -> Expr {
    Expr::UnaryOp {
        op: UnaryOperator::Not,
        expr: Box::new(expr),
    }
}

/// What is left of a number after division.
pub fn remainder(value: Expr, by: Expr) -> Expr {
    binary(value, BinaryOperator::Modulo, by)
}

/// A condition besides another, if there is one.
pub fn both(first: Option<Box<Expr>>, second: Expr) -> Expr {
    match first {
        Some(first) => binary(*first, BinaryOperator::And, second),
        None => second,
    }
}

/// `if` as CASE.
pub fn conditional(arguments: Vec<Expr>) -> Result<Expr, String> {
    let mut arguments = arguments.into_iter();
    match (
        arguments.next(),
        arguments.next(),
        arguments.next(),
        arguments.next(),
    ) {
        (Some(condition), Some(yes), no, None) => Ok(case(vec![(condition, yes)], no)),
        _ => Err("if takes a condition, a value and perhaps another value".to_owned()),
    }
}

/// DataFusion's `concat` leaves NULLs out; Trino's is NULL if anything is, as `||` is in both.
pub fn concatenated(arguments: Vec<Expr>) -> Result<Expr, String> {
    let joined = arguments
        .into_iter()
        .reduce(|left, right| binary(left, BinaryOperator::StringConcat, right));
    joined.ok_or_else(|| "concat needs arguments".to_owned())
}

/// Trino replaces every match, and with nothing if told nothing.
pub fn replaced(name: &str, mut arguments: Vec<Expr>) -> Expr {
    if arguments.len() == 2 {
        arguments.push(text(""));
    }
    if name == "regexp_replace" {
        if let Some(replacement) = arguments.get_mut(2)
            && let Some(written) = text_in(replacement)
        {
            *replacement = text(&replacement_of(&written));
        }
        arguments.push(text("g"));
    }
    call(name, arguments)
}

/// `SUBSTRING(text FROM 2 FOR 3)`, which is `substr(text, 2, 3)`.
pub fn part_of_text(value: &Expr, from: Option<&Expr>, length: Option<&Expr>) -> Expr {
    let from = from.cloned().unwrap_or_else(|| number(1));
    let arguments = [value.clone(), from].into_iter().chain(length.cloned());
    call("substr", arguments.collect())
}
