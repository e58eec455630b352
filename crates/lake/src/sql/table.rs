//! An event data store as a table: files of which those of other days are never opened.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, TimestampMillisecondArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::{Column, DFSchema, Result, ScalarValue};
use datafusion::datasource::TableType;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfig};
use datafusion::datasource::source::DataSourceExec;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use futures::{StreamExt as _, TryStreamExt as _};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use object_store::ObjectStoreExt as _;
use url::Url;

use crate::files::day_of;
use crate::schema::{TIME, schema};

/// Milliseconds of a day; UTC's all have so many.
const DAY: i64 = 86_400_000;

/// How many files are looked for at once.
const AT_ONCE: usize = 32;

/// A table of events.
#[derive(Debug)]
pub struct Events {
    files: Vec<(Url, Option<Date>)>,
    schema: SchemaRef,
}

impl Events {
    /// The events of these files, given by their URLs. Text is read as views unless it is to be sent on.
    #[must_use]
    pub fn new(files: Vec<Url>, views: bool) -> Self {
        let files = files.into_iter().map(|url| {
            let day = day_of(url.path());
            (url, day)
        });
        Self {
            files: files.collect(),
            schema: if views { viewed(&schema()) } else { schema() },
        }
    }

    /// The files whose days a condition leaves.
    fn within(&self, state: &dyn Session, filters: &[Expr]) -> Result<Vec<Url>> {
        let all = || self.files.iter().map(|(url, _)| url.clone());
        let Some(condition) = conjunction(filters.iter().cloned()) else {
            return Ok(all().collect());
        };
        let columns = DFSchema::try_from(self.schema())?;
        let condition = state.create_physical_expr(condition, &columns)?;
        let predicate = PruningPredicateBuilder::new().with_file_schema(self.schema());
        let wanted = predicate.try_build(condition)?.prune(&Days(&self.files))?;
        let pairs = all().zip(wanted);
        Ok(pairs
            .filter_map(|(url, wanted)| wanted.then_some(url))
            .collect())
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
        let files = self.within(state, filters)?;
        if files.is_empty() {
            let schema = match projection {
                Some(columns) => Arc::new(self.schema.project(columns)?),
                None => self.schema(),
            };
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let table = listing(files.clone(), self.schema())?;
        let plan = table.scan(state, projection, filters, limit).await?;
        if read(&plan) < files.len() {
            all_there(state, &files).await?;
        }
        Ok(plan)
    }
}

/// How many files a scan reads: fewer than it was given if some aren't there, or if it needs no more rows than others have.
fn read(plan: &Arc<dyn ExecutionPlan>) -> usize {
    let source = plan.downcast_ref::<DataSourceExec>();
    let scan = source.and_then(|source| source.data_source().downcast_ref::<FileScanConfig>());
    scan.map_or(0, |scan| scan.file_groups.iter().map(FileGroup::len).sum())
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

/// What is known of files unopened: the days in whose folders they stand.
struct Days<'a>(&'a [(Url, Option<Date>)]);

impl Days<'_> {
    /// A time of each file's day; none for a file of no day.
    fn times(&self, of: impl Fn(Date) -> Option<i64>) -> ArrayRef {
        let times = self.0.iter().map(|(_, day)| day.and_then(&of));
        Arc::new(times.collect::<TimestampMillisecondArray>())
    }
}

/// The first millisecond of a day.
fn begin(day: Date) -> Option<i64> {
    let midnight = TimeZone::UTC.to_timestamp(day.to_datetime(Time::midnight()));
    Some(midnight.ok()?.as_millisecond())
}

impl PruningStatistics for Days<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        (column.name == TIME).then(|| self.times(begin))
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        let end = |day: Date| begin(day)?.checked_add(DAY - 1);
        (column.name == TIME).then(|| self.times(end))
    }

    fn num_containers(&self) -> usize {
        self.0.len()
    }

    fn null_counts(&self, _: &Column) -> Option<ArrayRef> {
        None
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        None
    }

    fn contained(&self, _: &Column, _: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}
