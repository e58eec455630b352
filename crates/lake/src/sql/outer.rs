//! `a.userIdentity.arn` in a subquery, where `a` is a table of the query around it: the planner finds such a column only by itself, so
//! its fields are reached in steps of their own.

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    AccessExpr, Expr, Query, Select, Subscript, VisitMut, VisitorMut,
};

use super::dialect::text;
use super::names::table_names;

/// Splits the nested names of tables further out.
pub fn split(query: &mut Query) {
    let _: ControlFlow<()> = query.visit(&mut Split::default());
}

/// The tables of the selects around the place, from the outermost.
#[derive(Default)]
struct Split(Vec<HashSet<String>>);

impl VisitorMut for Split {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        self.0.push(table_names(select));
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, _: &mut Select) -> ControlFlow<()> {
        self.0.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let Expr::CompoundIdentifier(idents) = expr else {
            return ControlFlow::Continue(());
        };
        let Some((inner, outer)) = self.0.split_last() else {
            return ControlFlow::Continue(());
        };
        let [table, column, fields @ ..] = idents.as_slice() else {
            return ControlFlow::Continue(());
        };
        let is_outer = !inner.contains(&table.value)
            && outer.iter().any(|tables| tables.contains(&table.value));
        if is_outer && !fields.is_empty() {
            let steps = fields.iter().map(|field| {
                AccessExpr::Subscript(Subscript::Index {
                    index: text(&field.value),
                })
            });
            *expr = Expr::CompoundFieldAccess {
                access_chain: steps.collect(),
                root: Box::new(Expr::CompoundIdentifier(vec![
                    table.clone(),
                    column.clone(),
                ])),
            };
        }
        ControlFlow::Continue(())
    }
}
