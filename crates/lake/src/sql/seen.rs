//! Where things stand in a statement, and whether they are there.

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::execution::FunctionRegistry as _;
use datafusion::execution::SessionState;
use datafusion::sql::sqlparser::ast::{
    Expr, ObjectName, ObjectNamePart, Query, Spanned as _, Value, ValueWithSpan, Visit, Visitor,
};
use datafusion::sql::sqlparser::tokenizer::Location;

use super::calls::is_translated;
use super::dialect::{CAST, TRY_CAST};
use super::error::{Kind, SqlError};

/// Where things stand in a statement, for errors that name but don't place them.
#[derive(Debug, Default)]
pub struct Seen {
    pub tables: Vec<(String, Location)>,
    names: Vec<(String, Location)>,
    functions: Vec<(String, Location)>,
    literals: Vec<(String, Location)>,
    numbers: Vec<(String, Location)>,
    own: HashSet<String>,
    begin: Option<Location>,
    /// Whether there is a lambda.
    pub lambda: bool,
}

impl Visitor for Seen {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let tables = query.with.iter().flat_map(|with| &with.cte_tables);
        self.own
            .extend(tables.map(|table| table.alias.name.value.to_lowercase()));
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        if let Some(ident) = relation.0.last().and_then(ObjectNamePart::as_ident) {
            self.tables
                .push((ident.value.to_lowercase(), ident.span.start));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(ident) => self
                .names
                .push((ident.value.to_lowercase(), ident.span.start)),
            Expr::CompoundIdentifier(idents) => {
                self.names.extend(
                    idents
                        .iter()
                        .map(|ident| (ident.value.to_lowercase(), ident.span.start)),
                );
            }
            Expr::Lambda(_) => self.lambda = true,
            Expr::Function(function) => {
                self.functions.push((
                    function.name.to_string().to_lowercase(),
                    function.name.span().start,
                ));
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_value(&mut self, value: &ValueWithSpan) -> ControlFlow<()> {
        match &value.value {
            Value::SingleQuotedString(text) => {
                self.literals.push((text.clone(), value.span.start));
            }
            Value::Number(text, _) => self.numbers.push((text.clone(), value.span.start)),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

impl Seen {
    /// The first thing in the statement that the error speaks of.
    pub fn locate(&self, error: SqlError) -> SqlError {
        if error.line.is_some() {
            return error;
        }
        let said = error.message.to_lowercase();
        let quoted = |text: &str| {
            [format!("'{text}'"), format!("\"{text}\"")]
                .iter()
                .any(|form| said.contains(form))
        };
        let words: HashSet<&str> = said
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .collect();
        let literal = self
            .literals
            .iter()
            .find(|(text, _)| text.len() > 1 && quoted(&text.to_lowercase()));
        let function = || {
            self.functions
                .iter()
                .find(|(name, _)| words.contains(name.as_str()))
        };
        let name = || {
            self.names
                .iter()
                .find(|(name, _)| words.contains(name.as_str()))
        };
        let number = || {
            self.numbers
                .iter()
                .find(|(text, _)| words.contains(text.as_str()))
        };
        match literal.or_else(function).or_else(name).or_else(number) {
            Some((_, place)) => error.placed(*place),
            // What can't be planned is no fault of a row.
            None if error.kind == Kind::Invalid => {
                let begin = self.begin.unwrap_or_else(Location::empty);
                error.placed(begin)
            }
            None => error,
        }
    }
}

/// Says in Trino's words which table or function is not there.
pub fn check_names(query: &Query, state: &SessionState) -> Result<Seen, SqlError> {
    let mut seen = Seen::default();
    let _: ControlFlow<()> = query.visit(&mut seen);
    seen.begin = Some(query.span().start);
    for (name, place) in &seen.tables {
        let known = seen.own.contains(name)
            || state
                .schema_for_ref(name_of(name))
                .is_ok_and(|schema| schema.table_exist(name));
        if !known {
            return Err(SqlError::at(
                Kind::Unknown,
                *place,
                format!("Table '{name}' does not exist"),
            ));
        }
    }
    for (name, place) in &seen.functions {
        if !is_known(name, state) {
            return Err(SqlError::at(
                Kind::Unknown,
                *place,
                format!("Function '{name}' not registered"),
            ));
        }
    }
    Ok(seen)
}

fn name_of(table: &str) -> datafusion::common::TableReference {
    datafusion::common::TableReference::bare(table)
}

fn is_known(name: &str, state: &SessionState) -> bool {
    matches!(name, CAST | TRY_CAST)
        || is_translated(name)
        || state.udf(name).is_ok()
        || state.udaf(name).is_ok()
        || state.udwf(name).is_ok()
        || state.higher_order_functions().contains_key(name)
        || matches!(
            name,
            "current_date"
                | "current_time"
                | "current_timestamp"
                | "grouping"
                | "unnest"
                | "struct"
                | "row"
        )
}
