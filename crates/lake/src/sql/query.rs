//! A statement from text to rows.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfig};
use datafusion::datasource::source::DataSourceExec;
use datafusion::execution::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::{ExecutionPlan, SendableRecordBatchStream, execute_stream};
use datafusion::prelude::{SQLOptions, SessionContext};
use datafusion::sql::parser::Statement as PlannedStatement;
use datafusion::sql::sqlparser::ast::{Query, Statement, Visit};
use datafusion::sql::sqlparser::parser::{Parser, ParserOptions};
use datafusion::sql::sqlparser::tokenizer::Location;
use serde::Serialize;

use super::calls::translate;
use super::dialect::LakeDialect;
use super::doubled;
use super::error::{Kind, SqlError};
use super::fold::fold;
use super::gate::{MAX_LENGTH, check_depth, only_query};
use super::ids::tokens;
use super::implied;
use super::late;
use super::names::{Titles, settle};
use super::once;
use super::outer::split;
use super::seen::{Seen, check_names};
use super::windows::narrow;
use crate::cluster::submit;

/// How deep a statement may nest; it has at most ten thousand characters.
const MAX_DEPTH: usize = 100;

/// A statement that only reads, as the user wrote it.
#[derive(Debug)]
pub struct Parsed {
    query: Box<Query>,
}

/// Reads a statement: one SELECT, with nothing in it but reading.
pub fn parse(statement: &str) -> Result<Parsed, SqlError> {
    let length = statement.chars().count();
    if length > MAX_LENGTH {
        let message = format!("the statement has {length} characters, more than {MAX_LENGTH}");
        return Err(SqlError::new(Kind::Refused, message));
    }
    let tokens = tokens(statement)?;
    check_depth(&tokens)?;
    let begin = tokens
        .first()
        .map_or(Location::empty(), |token| token.span.start);
    let end = tokens
        .last()
        .map_or(Location::empty(), |token| token.span.end);
    let dialect = LakeDialect::default();
    let mut parser = Parser::new(&dialect)
        .with_recursion_limit(MAX_DEPTH)
        .with_options(ParserOptions::new())
        .with_tokens_with_locations(tokens);
    let query = parser
        .parse_statements()
        .map_err(SqlError::from)
        .and_then(only_query)
        .map_err(|error| match error.message.ends_with("found: EOF") {
            true => error.placed(end),
            false => error.placed(begin),
        })?;
    doubled::check(&query)?;
    Ok(Parsed { query })
}

impl Parsed {
    /// The names of the tables that it reads, in lower case; names of its own (WITH) may be among them.
    #[must_use]
    pub fn tables(&self) -> HashSet<String> {
        let mut seen = Seen::default();
        let _: ControlFlow<()> = self.query.visit(&mut seen);
        seen.tables.into_iter().map(|(name, _)| name).collect()
    }
}

/// What a run cost, as `DescribeQuery` tells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Statistics {
    /// Rows answered.
    pub rows: u64,
    /// Rows read from files.
    pub rows_scanned: u64,
    /// Bytes read from files.
    pub bytes_scanned: u64,
    /// How long it took.
    pub milliseconds: u64,
}

/// A query that can run.
#[derive(Debug)]
pub struct Planned {
    /// What the columns are called.
    pub columns: Vec<String>,
    plan: LogicalPlan,
    seen: Seen,
}

/// A query that runs.
pub struct Running {
    stream: SendableRecordBatchStream,
    scan: Scan,
}

/// What is known of what a query reads.
enum Scan {
    /// The plan runs here, and counts.
    Counted(Arc<dyn ExecutionPlan>),
    /// Rows and bytes of all files that others have been given.
    Given((u64, u64)),
}

/// Plans a statement over the tables of a session. No file is looked at.
pub async fn plan(context: &SessionContext, parsed: Parsed) -> Result<Planned, SqlError> {
    let state = context.state();
    let Parsed { mut query } = parsed;
    let seen = check_names(&query, &state)?;
    let titles = settle(&mut query);
    split(&mut query);
    translate(&mut query)?;
    fold(&mut query);
    narrow(&mut query);
    let statement = PlannedStatement::Statement(Box::new(Statement::Query(query)));
    let planned = state.statement_to_plan(statement).await;
    let plan = planned.map_err(|error| seen.locate(SqlError::from(error)))?;
    let read_only = SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false);
    read_only
        .verify_plan(&plan)
        .map_err(|error| SqlError::new(Kind::Refused, error.strip_backtrace()))?;
    let columns = titled(&plan, &titles);
    let plan = once::ask(plan).and_then(late::ask).and_then(implied::say);
    let plan = plan.map_err(|error| seen.locate(SqlError::from(error)))?;
    Ok(Planned {
        columns,
        plan,
        seen,
    })
}

impl Planned {
    /// Finds what is wrong with the types, which a run would find too.
    pub fn check(&self, context: &SessionContext) -> Result<(), SqlError> {
        let state = self.state(context);
        let checked = state.optimize(&self.plan);
        checked.map_err(|error| self.seen.locate(SqlError::from(error)))?;
        Ok(())
    }

    /// The session's state. Moving nested fields into the scan moves columns between a condition and its rows, and DataFusion then
    /// takes one of them for a lambda's parameter.
    fn state(&self, context: &SessionContext) -> SessionState {
        let mut state = context.state();
        if self.seen.lambda {
            let optimizer = &mut state.config_mut().options_mut().optimizer;
            optimizer.enable_leaf_expression_pushdown = false;
        }
        state
    }

    /// Begins the query: here, or on the executors of a scheduler.
    pub async fn run(
        self,
        context: &SessionContext,
        scheduler: Option<&str>,
    ) -> Result<Running, SqlError> {
        let state = self.state(context);
        let located = |error| self.seen.locate(SqlError::from(error));
        let plan = state
            .create_physical_plan(&self.plan)
            .await
            .map_err(located)?;
        let (stream, scan) = match scheduler {
            None => (
                execute_stream(Arc::clone(&plan), state.task_ctx()),
                Scan::Counted(Arc::clone(&plan)),
            ),
            Some(scheduler) => (
                submit(Arc::clone(&plan), scheduler, &state).await,
                Scan::Given(in_files(plan.as_ref())),
            ),
        };
        let stream = stream.map_err(located)?;
        Ok(Running { stream, scan })
    }
}

fn titled(plan: &LogicalPlan, titles: &Titles) -> Vec<String> {
    plan.schema()
        .fields()
        .iter()
        .map(|field| titles.of(field.name()))
        .collect()
}

impl Running {
    /// The next rows.
    pub async fn next(&mut self) -> Option<Result<RecordBatch, SqlError>> {
        use futures::StreamExt as _;
        let batch = self.stream.next().await?;
        Some(batch.map_err(SqlError::from))
    }

    /// Rows and bytes read so far; if others read them, those of all files that they were given.
    #[must_use]
    pub fn scanned(&self) -> (u64, u64) {
        match &self.scan {
            Scan::Counted(plan) => scanned(plan.as_ref()),
            Scan::Given(scanned) => *scanned,
        }
    }
}

/// Rows and bytes of the files of a plan's scans.
fn in_files(plan: &dyn ExecutionPlan) -> (u64, u64) {
    let source = plan.downcast_ref::<DataSourceExec>();
    let scan = source.and_then(|source| source.data_source().downcast_ref::<FileScanConfig>());
    let files = scan.iter().flat_map(|scan| &scan.file_groups);
    let own = files.flat_map(FileGroup::iter).map(|file| {
        let known = file.statistics.as_ref();
        let rows = known.and_then(|known| known.num_rows.get_value().copied());
        (rows.unwrap_or(0) as u64, file.object_meta.size)
    });
    let below = plan
        .children()
        .into_iter()
        .map(|child| in_files(child.as_ref()));
    own.chain(below)
        .fold((0, 0), |total, one| (total.0 + one.0, total.1 + one.1))
}

/// Only scans of files know of bytes; rows that a pushed-down condition dropped were read too.
fn scanned(plan: &dyn ExecutionPlan) -> (u64, u64) {
    let mut total = (0, 0);
    if let Some(metrics) = plan.metrics() {
        let count = |name| {
            metrics
                .sum_by_name(name)
                .map(|value| value.as_usize() as u64)
        };
        if let Some(bytes) = count("bytes_scanned") {
            let rows = metrics.output_rows().unwrap_or(0) as u64;
            total = (rows + count("pushdown_rows_pruned").unwrap_or(0), bytes);
        }
    }
    for child in plan.children() {
        let (rows, bytes) = scanned(child.as_ref());
        total = (total.0 + rows, total.1 + bytes);
    }
    total
}
