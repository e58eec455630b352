//! UNNEST in FROM, made ready for its planner.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Join, JoinConstraint, JoinOperator, Query, Select, TableFactor, TableWithJoins, VisitMut,
    VisitorMut,
};

/// Puts everything to the left of an UNNEST and the UNNEST itself into a join of their own, for [`super::unnest::UnnestPlanner`].
pub fn fold(query: &mut Query) {
    let _: ControlFlow<()> = query.visit(&mut Fold);
}

struct Fold;

impl VisitorMut for Fold {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        let any = select.from.iter().any(|from| {
            is_unnest(&from.relation) || from.joins.iter().any(|join| is_unnest(&join.relation))
        });
        if any {
            select.from = fold_from(std::mem::take(&mut select.from));
        }
        ControlFlow::Continue(())
    }
}

const fn is_unnest(factor: &TableFactor) -> bool {
    matches!(factor, TableFactor::UNNEST { .. })
}

fn fold_from(from: Vec<TableWithJoins>) -> Vec<TableWithJoins> {
    let mut folded: Vec<TableWithJoins> = Vec::new();
    for TableWithJoins { relation, joins } in from {
        // A comma is a cross join; what stands left of it is what the UNNEST may speak of.
        let mut current = if is_unnest(&relation) && !folded.is_empty() {
            let left = joined(std::mem::take(&mut folded));
            pair(
                left,
                Join {
                    relation,
                    global: false,
                    join_operator: JoinOperator::CrossJoin(JoinConstraint::None),
                },
            )
        } else {
            TableWithJoins {
                relation,
                joins: Vec::new(),
            }
        };
        for join in joins {
            if is_unnest(&join.relation) {
                current = pair(current, join);
            } else {
                current.joins.push(join);
            }
        }
        folded.push(current);
    }
    folded
}

fn joined(tables: Vec<TableWithJoins>) -> TableWithJoins {
    let mut tables = tables.into_iter();
    let Some(mut first) = tables.next() else {
        return TableWithJoins {
            relation: nothing(),
            joins: Vec::new(),
        };
    };
    for table in tables {
        let join_operator = JoinOperator::CrossJoin(JoinConstraint::None);
        first.joins.push(Join {
            relation: single(table),
            global: false,
            join_operator,
        });
    }
    first
}

/// One factor of a table and its joins.
fn single(table: TableWithJoins) -> TableFactor {
    if table.joins.is_empty() {
        return table.relation;
    }
    TableFactor::NestedJoin {
        table_with_joins: Box::new(table),
        alias: None,
    }
}

fn pair(left: TableWithJoins, unnest: Join) -> TableWithJoins {
    let pair = TableWithJoins {
        relation: single(left),
        joins: vec![unnest],
    };
    TableWithJoins {
        relation: TableFactor::NestedJoin {
            table_with_joins: Box::new(pair),
            alias: None,
        },
        joins: Vec::new(),
    }
}

/// Never reached: there is always something to the left.
fn nothing() -> TableFactor {
    TableFactor::UNNEST {
        alias: None,
        array_exprs: Vec::new(),
        with_offset: false,
        with_offset_alias: None,
        with_ordinality: false,
    }
}
