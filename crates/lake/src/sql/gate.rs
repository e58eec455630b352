//! What a statement may be: one SELECT over the tables it was given.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    ObjectName, Query, Select, SetExpr, Spanned, Statement, TableFactor, Visit, Visitor,
};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Location, Token, TokenWithSpan};

use super::error::{Kind, SqlError};

/// The most that CloudTrail Lake takes of a statement, in characters.
pub const MAX_LENGTH: usize = 10_000;

/// How deep SELECTs may stand in one another. Parser and planner try some nestings twice, and so each level may double their work.
const MAX_SELECTS: usize = 12;

/// Refuses tokens in whose parentheses SELECTs are nested too deeply.
pub fn check_depth(tokens: &[TokenWithSpan]) -> Result<(), SqlError> {
    // Of each open parenthesis, whether a SELECT stands in it.
    let mut open = Vec::new();
    let mut depth = 0;
    for TokenWithSpan { token, span } in tokens {
        match token {
            Token::LParen => open.push(false),
            Token::RParen => depth -= usize::from(open.pop() == Some(true)),
            Token::Word(word) if word.keyword == Keyword::SELECT => {
                if let Some(selects) = open.last_mut().filter(|selects| !**selects) {
                    *selects = true;
                    depth += 1;
                }
            }
            _ => {}
        }
        if depth > MAX_SELECTS {
            let message = format!("there are more than {MAX_SELECTS} SELECTs in one another");
            return Err(SqlError::at(Kind::Refused, span.start, message));
        }
    }
    Ok(())
}

/// The one query of the statements, if it only reads.
pub fn only_query(mut statements: Vec<Statement>) -> Result<Box<Query>, SqlError> {
    let statement = statements
        .pop()
        .ok_or_else(|| SqlError::new(Kind::Syntax, "there is no statement"))?;
    if !statements.is_empty() {
        return Err(SqlError::at(
            Kind::Refused,
            statement.span().start,
            "only one statement is allowed",
        ));
    }
    let Statement::Query(query) = statement else {
        return Err(SqlError::at(
            Kind::Refused,
            statement.span().start,
            "only SELECT is allowed",
        ));
    };
    match query.visit(&mut Gate) {
        ControlFlow::Continue(()) => Ok(query),
        ControlFlow::Break(error) => Err(error),
    }
}

struct Gate;

fn refuse(place: Location, what: &str) -> ControlFlow<SqlError> {
    ControlFlow::Break(SqlError::at(
        Kind::Refused,
        place,
        format!("{what} is not allowed"),
    ))
}

impl Visitor for Gate {
    type Break = SqlError;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<SqlError> {
        let place = query.span().start;
        match query.body.as_ref() {
            SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => {
                return refuse(place, "changing data");
            }
            SetExpr::Table(_) => return refuse(place, "TABLE"),
            SetExpr::Select(_)
            | SetExpr::Query(_)
            | SetExpr::SetOperation { .. }
            | SetExpr::Values(_) => {}
        }
        let extras = [
            ("FOR UPDATE", !query.locks.is_empty()),
            ("FOR XML or JSON", query.for_clause.is_some()),
            ("SETTINGS", query.settings.is_some()),
            ("FORMAT", query.format_clause.is_some()),
            ("a pipe operator", !query.pipe_operators.is_empty()),
        ];
        match extras.into_iter().find(|(_, there)| *there) {
            Some((what, _)) => refuse(place, what),
            None => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<SqlError> {
        match select.into {
            Some(_) => refuse(select.select_token.0.span.start, "SELECT INTO"),
            None => ControlFlow::Continue(()),
        }
    }

    /// A statement within the statement is one that changes something.
    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<SqlError> {
        refuse(statement.span().start, "a statement other than SELECT")
    }

    /// A catalog or schema before a name leads out of what was given.
    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<SqlError> {
        match relation.0.as_slice() {
            [part] if part.as_ident().is_some() => ControlFlow::Continue(()),
            _ => refuse(relation.span().start, &format!("reading `{relation}`")),
        }
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<SqlError> {
        let what = match factor {
            TableFactor::Table {
                args: None,
                version: None,
                json_path: None,
                sample: None,
                ..
            }
            | TableFactor::Derived { .. }
            | TableFactor::UNNEST { .. }
            | TableFactor::NestedJoin { .. } => return ControlFlow::Continue(()),
            TableFactor::Table {
                sample: Some(_), ..
            } => "TABLESAMPLE",
            TableFactor::Table { args: Some(_), .. }
            | TableFactor::TableFunction { .. }
            | TableFactor::Function { .. } => "a table function",
            _ => "this kind of table",
        };
        refuse(factor.span().start, what)
    }
}
