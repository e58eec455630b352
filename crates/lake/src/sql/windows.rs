//! Nested fields of a select with windows: read by themselves, before anything is sorted. DataFusion takes them out of filters, groups
//! and joins; through a window it carries the whole structure.

use std::ops::ControlFlow;

use arrow::datatypes::DataType;
use datafusion::sql::sqlparser::ast::{
    Expr, Function, GroupByExpr, Ident, Query, Select, SelectItem, TableAlias, TableFactor,
    VisitMut, VisitorMut, visit_expressions, visit_expressions_mut,
};
use datafusion::sql::sqlparser::parser::Parser;

use super::dialect::LakeDialect;
use super::names::table_names;
use crate::schema::schema;

/// What the fields are called inside.
const PREFIX: &str = "__nested_";

/// Has selects with windows over one table read the fields that they name from `(SELECT *, structure.field AS … FROM table)`.
pub fn narrow(query: &mut Query) {
    let _: ControlFlow<()> = query.visit(&mut Narrow);
}

struct Narrow;

impl VisitorMut for Narrow {
    type Break = ();

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        if is_plain(select) {
            read_fields_first(select);
        }
        ControlFlow::Continue(())
    }
}

/// Whether a select has a window, and else nothing but one table of events and conditions: no groups, which are made before windows
/// are, no `*`, which would show the fields, and no select of its own in it, whose names may be others.
fn is_plain(select: &Select) -> bool {
    let groups = matches!(&select.group_by, GroupByExpr::Expressions(keys, _) if keys.is_empty());
    let [from] = select.from.as_slice() else {
        return false;
    };
    let one_table = matches!(&from.relation, TableFactor::Table { args: None, .. });
    let no_star = select.projection.iter().all(|item| {
        matches!(
            item,
            SelectItem::UnnamedExpr(_) | SelectItem::ExprWithAlias { .. }
        )
    });
    let mut any_window = false;
    let seen = visit_expressions(&select.projection, |expr| match expr {
        Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } => ControlFlow::Break(()),
        Expr::Function(Function { over, .. }) => {
            any_window |= over.is_some();
            ControlFlow::Continue(())
        }
        _ => ControlFlow::Continue(()),
    });
    let condition = visit_expressions(&select.selection, |expr| match expr {
        Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    let no_selects = seen.is_continue() && condition.is_continue();
    let no_more = select.having.is_none() && select.qualify.is_none() && from.joins.is_empty();
    groups && one_table && no_star && any_window && no_selects && no_more
}

fn read_fields_first(select: &mut Select) {
    let tables = table_names(select);
    let mut fields: Vec<Vec<String>> = Vec::new();
    for item in &mut select.projection {
        // Its name is that of the field, whatever that is called inside.
        if let SelectItem::UnnamedExpr(Expr::CompoundIdentifier(idents)) = item
            && let Some(alias) = idents.last().cloned()
        {
            let expr = Expr::CompoundIdentifier(idents.clone());
            *item = SelectItem::ExprWithAlias { expr, alias };
        }
    }
    let _: ControlFlow<()> = visit_expressions_mut(select, |expr| {
        if let Expr::CompoundIdentifier(idents) = expr
            && let Some(path) = path_of(idents, |name| tables.contains(name))
            && let Some(first) = idents.first()
        {
            let place = fields.iter().position(|known| *known == path);
            let place = place.unwrap_or_else(|| {
                fields.push(path);
                fields.len() - 1
            });
            *expr = Expr::Identifier(Ident::with_span(first.span, format!("{PREFIX}{place}")));
        }
        ControlFlow::Continue(())
    });
    if fields.is_empty() {
        return;
    }
    if let [from] = select.from.as_mut_slice()
        && let Some(derived) = derived(&from.relation, &fields)
    {
        from.relation = derived;
    }
}

/// The path of a field in a structure, without its table's name.
fn path_of(idents: &[Ident], is_table: impl Fn(&str) -> bool) -> Option<Vec<String>> {
    let path = match idents {
        [table, rest @ ..] if is_table(&table.value) => rest,
        whole => whole,
    };
    let [structure, _, ..] = path else {
        return None;
    };
    let known = is_structure(&structure.value);
    known.then(|| path.iter().map(|ident| ident.value.clone()).collect())
}

/// `(SELECT *, structure.field AS … FROM table) AS name`.
fn derived(table: &TableFactor, fields: &[Vec<String>]) -> Option<TableFactor> {
    let TableFactor::Table { name, alias, .. } = table else {
        return None;
    };
    let name_of_it = match alias {
        Some(alias) => alias.name.clone(),
        None => name.0.last()?.as_ident()?.clone(),
    };
    let quoted = |part: &String| format!("\"{}\"", part.replace('"', "\"\""));
    let columns = fields.iter().enumerate().map(|(place, path)| {
        let path: Vec<String> = path.iter().map(quoted).collect();
        format!("{} AS \"{PREFIX}{place}\"", path.join("."))
    });
    let columns: Vec<String> = columns.collect();
    let text = format!("SELECT *, {} FROM {table}", columns.join(", "));
    let dialect = LakeDialect::default();
    let subquery = Parser::new(&dialect)
        .try_with_sql(&text)
        .ok()?
        .parse_query()
        .ok()?;
    Some(TableFactor::Derived {
        lateral: false,
        subquery,
        alias: Some(TableAlias {
            explicit: true,
            name: name_of_it,
            columns: Vec::new(),
            at: None,
        }),
        sample: None,
    })
}

/// Whether a column of events is a structure.
fn is_structure(name: &str) -> bool {
    let schema = schema();
    let column = schema.field_with_name(name);
    column.is_ok_and(|column| matches!(column.data_type(), DataType::Struct(_)))
}
