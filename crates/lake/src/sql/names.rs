//! Names: letter case doesn't count, and what a column is called in the result follows from how it was written.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    AccessExpr, Expr, Ident, ObjectName, ObjectNamePart, OrderByKind, Query, Select, SelectItem,
    SetExpr, TableAlias, TableFactor, VisitMut, VisitorMut,
};

/// What the columns of a result are called, by the names they have inside.
#[derive(Debug, Default)]
pub struct Titles(HashMap<String, String>);

impl Titles {
    /// The title of a column by its name inside; a column of `*` has the table's name for it.
    #[must_use]
    pub fn of(&self, inside: &str) -> String {
        self.0
            .get(inside)
            .map_or_else(|| inside.to_owned(), Clone::clone)
    }
}

/// Makes all names lower-case and gives each column of a SELECT the name that Trino gives it: its alias, the last part of a nested
/// name, or `_col` and its place. Answers how the user wrote them.
pub fn settle(query: &mut Query) -> Titles {
    let mut written = Vec::new();
    if let Some(select) = first_select(&query.body) {
        written = select
            .projection
            .iter()
            .enumerate()
            .map(|(place, item)| title(place, item))
            .collect();
    }
    let _: ControlFlow<()> = query.visit(&mut Lower);
    let _: ControlFlow<()> = query.visit(&mut Alias);
    let mut titles = HashMap::new();
    if let Some(select) = first_select(&query.body) {
        for (item, title) in select.projection.iter().zip(written) {
            let inside = match item {
                SelectItem::ExprWithAlias { alias, .. } => Some(alias),
                SelectItem::UnnamedExpr(expr) => last_name(expr),
                _ => None,
            };
            if let (Some(inside), Some(title)) = (inside, title) {
                titles.entry(inside.value.clone()).or_insert(title);
            }
        }
    }
    Titles(titles)
}

fn first_select(body: &SetExpr) -> Option<&Select> {
    match body {
        SetExpr::Select(select) => Some(select),
        SetExpr::Query(query) => first_select(&query.body),
        SetExpr::SetOperation { left, .. } => first_select(left),
        _ => None,
    }
}

fn title(place: usize, item: &SelectItem) -> Option<String> {
    match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.clone()),
        SelectItem::UnnamedExpr(expr) => {
            Some(last_name(expr).map_or_else(|| numbered(place), |ident| ident.value.clone()))
        }
        _ => None,
    }
}

fn numbered(place: usize) -> String {
    format!("_col{place}")
}

/// The name that an expression brings along.
fn last_name(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Identifier(ident) => Some(ident),
        Expr::CompoundIdentifier(idents) => idents.last(),
        Expr::CompoundFieldAccess { access_chain, .. } => match access_chain.last()? {
            AccessExpr::Dot(Expr::Identifier(ident)) => Some(ident),
            _ => None,
        },
        Expr::Nested(inner) => last_name(inner),
        _ => None,
    }
}

struct Lower;

fn lower(ident: &mut Ident) {
    ident.value = ident.value.to_lowercase();
}

fn lower_alias(alias: &mut TableAlias) {
    lower(&mut alias.name);
    alias
        .columns
        .iter_mut()
        .for_each(|column| lower(&mut column.name));
}

fn lower_name(name: &mut ObjectName) {
    for part in &mut name.0 {
        if let ObjectNamePart::Identifier(ident) = part {
            lower(ident);
        }
    }
}

impl VisitorMut for Lower {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let tables = query.with.iter_mut().flat_map(|with| &mut with.cte_tables);
        tables.for_each(|table| lower_alias(&mut table.alias));
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        for item in &mut select.projection {
            if let SelectItem::ExprWithAlias { alias, .. } = item {
                lower(alias);
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &mut ObjectName) -> ControlFlow<()> {
        lower_name(relation);
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { alias, .. }
        | TableFactor::Derived { alias, .. }
        | TableFactor::UNNEST { alias, .. }
        | TableFactor::NestedJoin { alias, .. } = factor
        {
            alias.iter_mut().for_each(lower_alias);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(ident) => lower(ident),
            Expr::CompoundIdentifier(idents) => idents.iter_mut().for_each(lower),
            Expr::Function(function) => lower_name(&mut function.name),
            Expr::Lambda(lambda) => {
                use datafusion::sql::sqlparser::ast::OneOrManyWithParens::{Many, One};
                match &mut lambda.params {
                    One(parameter) => lower(&mut parameter.name),
                    Many(parameters) => parameters
                        .iter_mut()
                        .for_each(|parameter| lower(&mut parameter.name)),
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

struct Alias;

impl VisitorMut for Alias {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let SetExpr::Select(select) = query.body.as_mut() else {
            return ControlFlow::Continue(());
        };
        alias_items(select);
        // An expression that is also a column may be sorted by under DISTINCT only by the column's name.
        if let Some(OrderByKind::Expressions(order)) =
            query.order_by.as_mut().map(|order| &mut order.kind)
        {
            for key in order {
                let named = select.projection.iter().find_map(|item| match item {
                    SelectItem::ExprWithAlias { expr, alias } if *expr == key.expr => {
                        Some(alias.clone())
                    }
                    _ => None,
                });
                if let Some(alias) = named {
                    key.expr = Expr::Identifier(alias);
                }
            }
        }
        ControlFlow::Continue(())
    }

    // Selects that are no query's body alone: the sides of a set operation. Giving names twice changes nothing.
    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        alias_items(select);
        ControlFlow::Continue(())
    }
}

fn alias_items(select: &mut Select) {
    let tables = table_names(select);
    let mut taken: HashSet<String> = HashSet::new();
    for item in &select.projection {
        if let SelectItem::ExprWithAlias { alias, .. } = item {
            taken.insert(alias.value.clone());
        }
    }
    for (place, item) in select.projection.iter_mut().enumerate() {
        let SelectItem::UnnamedExpr(expr) = item else {
            continue;
        };
        let wanted = last_name(expr).map_or_else(|| numbered(place), |ident| ident.value.clone());
        let plain = match expr {
            Expr::Identifier(_) => true,
            Expr::CompoundIdentifier(idents) => {
                idents.len() == 2 && tables.contains(&idents[0].value)
            }
            _ => false,
        };
        if taken.insert(wanted.clone()) {
            if plain {
                continue;
            }
            *item = SelectItem::ExprWithAlias {
                expr: expr.clone(),
                alias: Ident::new(wanted),
            };
        } else {
            // Trino lets columns share a name; DataFusion doesn't.
            let alias = Ident::new(format!("{wanted} {place}"));
            taken.insert(alias.value.clone());
            *item = SelectItem::ExprWithAlias {
                expr: expr.clone(),
                alias,
            };
        }
    }
}

/// What the tables of a select are called.
pub fn table_names(select: &Select) -> HashSet<String> {
    let mut names = HashSet::new();
    for from in &select.from {
        let factors =
            std::iter::once(&from.relation).chain(from.joins.iter().map(|join| &join.relation));
        for factor in factors {
            let alias = match factor {
                TableFactor::Table { alias, name, .. } => {
                    if let (None, Some(part)) =
                        (alias, name.0.last().and_then(ObjectNamePart::as_ident))
                    {
                        names.insert(part.value.clone());
                    }
                    alias
                }
                TableFactor::Derived { alias, .. } | TableFactor::UNNEST { alias, .. } => alias,
                _ => &None,
            };
            names.extend(alias.iter().map(|alias| alias.name.value.clone()));
        }
    }
    names
}
