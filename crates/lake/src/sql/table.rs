//! An event data store as a table: files of which those of other days are never opened.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, TimestampMillisecondArray};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::{Column, DFSchema, Result, ScalarValue, Statistics};
use datafusion::datasource::TableType;
use datafusion::datasource::file_format::FileFormat as _;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingTableUrl, PartitionedFile};
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use parquet::file::metadata::PageIndexPolicy;
use url::Url;

use super::look::Look;
use crate::files::day_of;
use crate::schema::{TIME, schema};

/// Milliseconds of a day; UTC's all have so many.
const DAY: i64 = 86_400_000;

/// A table of events.
#[derive(Debug)]
pub struct Events {
    files: Vec<(Url, Option<Date>)>,
    schema: SchemaRef,
    views: bool,
}

impl Events {
    /// The events of these files, given by their URLs; one that is given twice counts once. Text is read as views unless it is to be
    /// sent on.
    #[must_use]
    pub fn new(files: Vec<Url>, views: bool) -> Self {
        let mut seen = HashSet::new();
        let files = files.into_iter().filter(|url| seen.insert(url.clone()));
        let files = files.map(|url| {
            let day = day_of(url.path());
            (url, day)
        });
        Self {
            files: files.collect(),
            schema: match views {
                true => Arc::new(Schema::new(viewed(schema().fields()))),
                false => schema(),
            },
            views,
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

    /// How the files of a scan are looked at.
    fn look(
        &self,
        state: &dyn Session,
        place: &ObjectStoreUrl,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
    ) -> Result<Look> {
        let runtime = state.runtime_env();
        Ok(Look {
            store: runtime.object_store(place)?,
            footers: runtime.cache_manager.get_file_metadata_cache(),
            // Where each page lies matters only to those who may pass some over.
            pages: match filters.is_empty() {
                true => PageIndexPolicy::Skip,
                false => PageIndexPolicy::Optional,
            },
            first_read: match place.as_str().starts_with("file:") {
                true => None,
                false => state.config_options().execution.parquet.metadata_size_hint,
            },
            schema: self.schema(),
            columns: projection.cloned(),
            views: self.views,
        })
    }

    /// What is known of files together.
    fn summed(&self, files: &[PartitionedFile]) -> Result<Statistics> {
        let known = files.iter().filter_map(|file| file.statistics.as_deref());
        Statistics::try_merge_iter(known, &self.schema)
    }
}

/// Texts as views, in which most operations needn't copy: those of columns and of structures, not of lists and maps, whose functions
/// take them as they are.
pub(super) fn viewed(fields: &Fields) -> Fields {
    let fields = fields.iter().map(|field| match field.data_type() {
        DataType::Utf8 => with_type(field, DataType::Utf8View),
        DataType::Struct(within) => with_type(field, DataType::Struct(viewed(within))),
        _ => Arc::clone(field),
    });
    fields.collect()
}

fn with_type(field: &Field, kind: DataType) -> FieldRef {
    Arc::new(field.clone().with_data_type(kind))
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
        let urls = self.within(state, filters)?;
        let Some(first) = urls.first() else {
            let schema = match projection {
                Some(columns) => Arc::new(self.schema.project(columns)?),
                None => self.schema(),
            };
            return Ok(Arc::new(EmptyExec::new(schema)));
        };
        let place = ListingTableUrl::try_new(first.clone(), None)?.object_store();
        let look = self.look(state, &place, projection, filters)?;
        let enough = limit.filter(|_| filters.is_empty());
        let (files, is_all) = look.at_files(urls, enough).await?;
        let statistics = self.summed(&files)?;
        let groups = FileGroup::new(files).split_files(state.config().target_partitions());
        let groups = groups.into_iter().map(|group| {
            let statistics = self.summed(group.files())?;
            Ok(group.with_statistics(Arc::new(statistics)))
        });
        let format = ParquetFormat::default();
        let source = format.file_source(TableSchema::from(self.schema()));
        let scan = FileScanConfigBuilder::new(place, source)
            .with_file_groups(groups.collect::<Result<_>>()?)
            .with_statistics(match is_all {
                true => statistics,
                false => statistics.to_inexact(),
            })
            .with_projection_indices(projection.cloned())?
            .with_limit(limit);
        format.create_physical_plan(state, scan.build()).await
    }
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
