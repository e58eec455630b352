//! An event data store as a table: files of which those of other days are never opened.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{Column, Result, ScalarValue};
use datafusion::datasource::TableType;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use futures::{StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use object_store::ObjectStoreExt as _;
use url::Url;

use crate::files::day_of;
use crate::schema::{TIME, schema};

/// How many files are looked for at once.
const AT_ONCE: usize = 32;

/// A table of events.
#[derive(Debug)]
pub struct Events {
    files: Vec<(Url, Option<Date>)>,
    schema: SchemaRef,
}

impl Events {
    /// The events of these files, given by their URLs.
    #[must_use]
    pub fn new(files: Vec<Url>) -> Self {
        let files = files.into_iter().map(|url| {
            let day = day_of(url.path());
            (url, day)
        });
        Self {
            files: files.collect(),
            schema: viewed(&schema()),
        }
    }

    fn within(&self, filters: &[Expr]) -> Vec<Url> {
        let days = Days::of(filters);
        let files = self
            .files
            .iter()
            .filter(|(_, day)| day.is_none_or(|day| days.contain(day)));
        files.map(|(url, _)| url.clone()).collect()
    }
}

/// Text columns as views, in which most operations needn't copy.
fn viewed(schema: &Schema) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| match field.data_type() {
        DataType::Utf8 => Arc::new(Field::new(field.name(), DataType::Utf8View, true)),
        _ => Arc::clone(field),
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

#[async_trait]
impl TableProvider for Events {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    /// Files are left out by their statistics, rows by the scan where it can; a filter above checks.
    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let files = self.within(filters);
        if files.is_empty() {
            let schema = match projection {
                Some(columns) => Arc::new(self.schema.project(columns)?),
                None => self.schema(),
            };
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        all_there(state, &files).await?;
        let table = listing(files, self.schema())?;
        table.scan(state, projection, filters, limit).await
    }
}

/// A listing takes a missing file for an empty one, and an answer without its rows would look right.
async fn all_there(state: &dyn Session, files: &[Url]) -> Result<()> {
    let look = |url: Url| async move {
        let place = ListingTableUrl::try_new(url, None)?;
        let store = state.runtime_env().object_store(&place)?;
        store.head(place.prefix()).await?;
        Ok(())
    };
    let looks = futures::stream::iter(files.iter().cloned().map(look));
    looks.buffer_unordered(AT_ONCE).try_collect().await
}

/// A table of files as they are.
fn listing(files: Vec<Url>, schema: SchemaRef) -> Result<ListingTable> {
    let urls = files
        .into_iter()
        .map(|url| ListingTableUrl::try_new(url, None))
        .collect::<Result<Vec<_>>>()?;
    let options = ListingOptions::new(Arc::new(ParquetFormat::default())).with_file_extension("");
    let config = ListingTableConfig::new_with_multi_paths(urls)
        .with_listing_options(options)
        .with_schema(schema);
    ListingTable::try_new(config)
}

/// The days that a condition leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Days {
    first: Option<Date>,
    last: Option<Date>,
}

impl Days {
    fn of(filters: &[Expr]) -> Self {
        let mut days = Self {
            first: None,
            last: None,
        };
        filters.iter().for_each(|filter| days.narrow(filter));
        days
    }

    fn contain(&self, day: Date) -> bool {
        self.first.is_none_or(|first| first <= day) && self.last.is_none_or(|last| day <= last)
    }

    fn narrow(&mut self, filter: &Expr) {
        match filter {
            Expr::BinaryExpr(BinaryExpr {
                left,
                op: Operator::And,
                right,
            }) => {
                self.narrow(left);
                self.narrow(right);
            }
            Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
                if let (true, Some(day)) = (is_time(left), day_in(right)) {
                    self.bound(*op, day);
                } else if let (true, Some(day), Some(op)) =
                    (is_time(right), day_in(left), op.swap())
                {
                    self.bound(op, day);
                }
            }
            Expr::Between(between) if !between.negated && is_time(&between.expr) => {
                if let Some(day) = day_in(&between.low) {
                    self.bound(Operator::GtEq, day);
                }
                if let Some(day) = day_in(&between.high) {
                    self.bound(Operator::LtEq, day);
                }
            }
            _ => {}
        }
    }

    fn bound(&mut self, op: Operator, day: Date) {
        if matches!(op, Operator::Gt | Operator::GtEq | Operator::Eq) {
            self.first = Some(self.first.map_or(day, |first| first.max(day)));
        }
        if matches!(op, Operator::Lt | Operator::LtEq | Operator::Eq) {
            self.last = Some(self.last.map_or(day, |last| last.min(day)));
        }
    }
}

fn is_time(expr: &Expr) -> bool {
    match expr {
        Expr::Column(Column { name, .. }) => name == TIME,
        // A comparison with a finer or zoned time.
        Expr::Cast(cast) => {
            matches!(cast.field.data_type(), DataType::Timestamp(..)) && is_time(&cast.expr)
        }
        _ => false,
    }
}

fn day_in(expr: &Expr) -> Option<Date> {
    let Expr::Literal(value, _) = expr else {
        return None;
    };
    let value = value
        .cast_to(&DataType::Timestamp(TimeUnit::Millisecond, None))
        .ok()?;
    let ScalarValue::TimestampMillisecond(Some(time), _) = value else {
        return None;
    };
    Some(
        TimeZone::UTC
            .to_datetime(Timestamp::from_millisecond(time).ok()?)
            .date(),
    )
}
