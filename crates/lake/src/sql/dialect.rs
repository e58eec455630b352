//! The words and signs of the dialect: Trino's, as far as the parser must know them.

use std::any::TypeId;
use std::cell::Cell;

use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments, Ident,
    ObjectName, Value,
};
use datafusion::sql::sqlparser::dialect::{Dialect, GenericDialect};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::{Span, Token};

use super::kinds::Kind;

/// `CAST`, once parsed: a call with the kind's name as text.
pub const CAST: &str = "trino_cast";

/// `TRY_CAST`, once parsed.
pub const TRY_CAST: &str = "trino_try_cast";

/// How often the parser may begin an expression, far more often than the longest statement has them. Where several readings are
/// possible it tries one after the other, and deep inside one another that would take forever.
const MAX_BEGUN: u32 = 100_000;

/// CloudTrail Lake's dialect, for one statement.
#[derive(Debug, Default)]
pub struct LakeDialect {
    begun: Cell<u32>,
}

impl Dialect for LakeDialect {
    // What the parser asks of a dialect by its type, such as UNNEST in FROM, is the generic one's.
    fn dialect(&self) -> TypeId {
        TypeId::of::<GenericDialect>()
    }

    fn is_identifier_start(&self, ch: char) -> bool {
        ch.is_alphabetic() || ch == '_'
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        ch.is_alphanumeric() || ch == '_'
    }

    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        ch == '"'
    }

    fn supports_filter_during_aggregation(&self) -> bool {
        true
    }

    fn supports_group_by_expr(&self) -> bool {
        true
    }

    fn supports_lambda_functions(&self) -> bool {
        true
    }

    fn supports_window_clause_named_window_reference(&self) -> bool {
        true
    }

    fn supports_within_after_array_aggregation(&self) -> bool {
        true
    }

    /// Kinds such as `ARRAY(VARCHAR)` and `JSON` are Trino's own, so a cast is read here.
    fn parse_prefix(&self, parser: &mut Parser<'_>) -> Option<Result<Expr, ParserError>> {
        self.begun.update(|begun| begun.saturating_add(1));
        if self.begun.get() > MAX_BEGUN {
            return Some(Err(ParserError::RecursionLimitExceeded));
        }
        let Token::Word(word) = parser.peek_token().token else {
            return None;
        };
        if !matches!(word.keyword, Keyword::CAST | Keyword::TRY_CAST)
            || parser.peek_nth_token(1).token != Token::LParen
        {
            return None;
        }
        let span = parser.next_token().span;
        let name = if word.keyword == Keyword::CAST {
            CAST
        } else {
            TRY_CAST
        };
        Some(cast(parser, name, span))
    }

    /// `a IS DISTINCT FROM b AND c`: the parser would take all of `b AND c` for the right side.
    fn parse_infix(
        &self,
        parser: &mut Parser<'_>,
        left: &Expr,
        precedence: u8,
    ) -> Option<Result<Expr, ParserError>> {
        use Keyword::{DISTINCT, FROM, IS, NOT};
        let make = if parser.parse_keywords(&[IS, DISTINCT, FROM]) {
            Expr::IsDistinctFrom
        } else if parser.parse_keywords(&[IS, NOT, DISTINCT, FROM]) {
            Expr::IsNotDistinctFrom
        } else {
            return None;
        };
        let right = parser.parse_subexpr(precedence);
        Some(right.map(|right| make(Box::new(left.clone()), Box::new(right))))
    }
}

fn cast(parser: &mut Parser<'_>, name: &str, span: Span) -> Result<Expr, ParserError> {
    parser.expect_token(&Token::LParen)?;
    let value = parser.parse_expr()?;
    parser.expect_keyword(Keyword::AS)?;
    let kind = Kind::parse(parser)?;
    parser.expect_token(&Token::RParen)?;
    Ok(call_at(name, vec![value, text(&kind.to_string())], span))
}

/// A call of a function by its name.
pub fn call(name: &str, arguments: Vec<Expr>) -> Expr {
    call_at(name, arguments, Span::empty())
}

fn call_at(name: &str, arguments: Vec<Expr>, span: Span) -> Expr {
    let args = arguments
        .into_iter()
        .map(|argument| FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)));
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::with_span(span, name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: args.collect(),
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

/// A text literal.
pub fn text(value: &str) -> Expr {
    Expr::value(Value::SingleQuotedString(value.to_owned()))
}

/// A number literal.
pub fn number(value: i64) -> Expr {
    Expr::value(Value::Number(value.to_string(), false))
}
