//! `CROSS JOIN UNNEST(column)`: Trino's way to make rows of what a row holds, which DataFusion knows in SELECT only.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::metadata::FieldMetadata;
use datafusion::common::{Column, DFSchema, Result, UnnestOptions, plan_err};
use datafusion::functions::core::expr_fn::get_field;
use datafusion::logical_expr::expr::Expr as Plan;
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{
    ExprSchemable, LogicalPlan, LogicalPlanBuilder, ScalarUDF, lit, when,
};
use datafusion::sql::sqlparser::ast::{
    Expr, Join, JoinConstraint, JoinOperator, TableAlias, TableFactor, Value,
};

/// Plans the joins that [`super::fold`] makes.
#[derive(Debug)]
pub struct UnnestPlanner {
    /// Makes the numbers of `WITH ORDINALITY`.
    pub ordinals: Arc<ScalarUDF>,
}

impl RelationPlanner for UnnestPlanner {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        match &relation {
            TableFactor::UNNEST { .. } => {
                let one = LogicalPlanBuilder::empty(true).build()?;
                self.plan(one, &relation, false, context)
            }
            TableFactor::NestedJoin {
                table_with_joins,
                alias: None,
            } => match table_with_joins.joins.as_slice() {
                [
                    Join {
                        relation: unnest @ TableFactor::UNNEST { .. },
                        join_operator,
                        ..
                    },
                ] => {
                    let keeps = keeps_rows(join_operator)?;
                    let left = context.plan(table_with_joins.relation.clone())?;
                    self.plan(left, unnest, keeps, context)
                }
                _ => Ok(RelationPlanning::Original(Box::new(relation))),
            },
            _ => Ok(RelationPlanning::Original(Box::new(relation))),
        }
    }
}

impl UnnestPlanner {
    fn plan(
        &self,
        left: LogicalPlan,
        factor: &TableFactor,
        keeps: bool,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let TableFactor::UNNEST {
            alias,
            array_exprs,
            with_ordinality,
            ..
        } = factor
        else {
            return plan_err!("not an UNNEST");
        };
        let mut lists = Vec::new();
        for array in array_exprs {
            lists.push(as_list(
                context.sql_to_expr(array.clone(), left.schema())?,
                left.schema(),
            )?);
        }
        if *with_ordinality {
            lists.push(self.ordinals.call(lists.clone()));
        }
        let plan = unnest(left, lists, alias.as_ref(), keeps)?;
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(
            plan, None,
        ))))
    }
}

/// Whether a row without anything to unnest stays, as in a LEFT JOIN.
fn keeps_rows(operator: &JoinOperator) -> Result<bool> {
    let is_true = |constraint: &JoinConstraint| match constraint {
        JoinConstraint::None => true,
        JoinConstraint::On(Expr::Value(value)) => value.value == Value::Boolean(true),
        _ => false,
    };
    match operator {
        JoinOperator::CrossJoin(JoinConstraint::None) => Ok(false),
        JoinOperator::Join(on) | JoinOperator::Inner(on) if is_true(on) => Ok(false),
        JoinOperator::Left(on) | JoinOperator::LeftOuter(on) if is_true(on) => Ok(true),
        _ => plan_err!("UNNEST can be joined by CROSS JOIN, or by LEFT JOIN … ON TRUE"),
    }
}

/// A list of what an expression holds; an empty one becomes NULL, so that a LEFT JOIN keeps its row.
fn as_list(expr: Plan, schema: &DFSchema) -> Result<Plan> {
    let list = match expr.get_type(schema)? {
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => expr,
        DataType::Map(..) => datafusion::functions_nested::expr_fn::map_entries(expr),
        other => return plan_err!("UNNEST needs an array or a map, not {other}"),
    };
    let kind = list.get_type(schema)?;
    let none = datafusion::common::ScalarValue::try_from(&kind)?;
    let size = datafusion::functions_nested::expr_fn::array_length(list.clone());
    when(size.gt(lit(0_u64)), list).otherwise(Plan::Literal(none, None))
}

fn unnest(
    left: LogicalPlan,
    lists: Vec<Plan>,
    alias: Option<&TableAlias>,
    keeps: bool,
) -> Result<LogicalPlan> {
    // What a list says of its items, such as that they are JSON, is lost on the way.
    let items = lists
        .iter()
        .map(|list| item_metadata(list, left.schema()))
        .collect::<Result<Vec<_>>>()?;
    let kept: Vec<Plan> = left
        .schema()
        .columns()
        .into_iter()
        .map(Plan::Column)
        .collect();
    let inner: Vec<Column> = (0..lists.len())
        .map(|place| free_name(left.schema(), place))
        .collect();
    let named = lists
        .into_iter()
        .zip(&inner)
        .map(|(list, column)| list.alias(&column.name));
    let options = UnnestOptions::new().with_preserve_nulls(keeps);
    let rows = LogicalPlanBuilder::from(left)
        .project(kept.iter().cloned().chain(named))?
        .unnest_columns_with_options(inner.clone(), options)?
        .build()?;

    let mut outputs = Vec::new();
    let names = alias.map_or(0, |alias| alias.columns.len());
    let single = names == inner.len();
    for (column, metadata) in inner.into_iter().zip(items) {
        let field = rows.schema().field_with_unqualified_name(&column.name)?;
        match field.data_type() {
            // Trino makes a column of each field of a row; one name for the whole is taken for the row itself.
            DataType::Struct(fields) if !single => {
                let row = Plan::Column(column);
                let of =
                    |name: &String| (name.clone(), get_field(row.clone(), name.as_str()), None);
                outputs.extend(fields.iter().map(|field| of(field.name())));
            }
            _ => outputs.push((column.name.clone(), Plan::Column(column), metadata)),
        }
    }
    if names > 0 && names != outputs.len() {
        return plan_err!(
            "Column alias list has {names} entries but '{}' has {} columns available",
            name_of(alias),
            outputs.len()
        );
    }
    let outputs = outputs
        .into_iter()
        .enumerate()
        .map(|(place, (name, expr, metadata))| {
            let name = alias
                .and_then(|alias| alias.columns.get(place))
                .map_or(name, |column| column.name.value.clone());
            match alias {
                Some(alias) => {
                    let table = Some(alias.name.value.as_str());
                    expr.alias_qualified_with_metadata(table, name, metadata)
                }
                None => expr.alias_with_metadata(name, metadata),
            }
        });
    LogicalPlanBuilder::from(rows)
        .project(kept.into_iter().chain(outputs))?
        .build()
}

fn item_metadata(list: &Plan, schema: &DFSchema) -> Result<Option<FieldMetadata>> {
    Ok(match list.get_type(schema)? {
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            Some(FieldMetadata::from(item.as_ref()))
        }
        _ => None,
    })
}

fn name_of(alias: Option<&TableAlias>) -> &str {
    alias.map_or("unnest", |alias| &alias.name.value)
}

/// A name that the left side has not.
fn free_name(schema: &DFSchema, place: usize) -> Column {
    let mut name = format!("unnest {place}");
    while schema.has_column_with_unqualified_name(&name) {
        name.push('\'');
    }
    Column::new_unqualified(name)
}
