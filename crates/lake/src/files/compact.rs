//! Many files of a day into one.

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::StreamExt as _;
use jiff::Timestamp;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use parquet::arrow::AsyncArrowWriter;
use url::Url;

use super::order::{order, span};
use super::{FileError, FileStatistics, Settings, properties};
use crate::schema::schema;
use crate::stores::url_of;

/// What merging may use.
#[derive(Clone, Debug)]
pub struct CompactLimits {
    /// Bytes of memory.
    pub memory: usize,
    /// Where what doesn't fit goes meanwhile.
    pub spill: PathBuf,
}

/// Merges files into one sorted file, which is there whole or not at all. The inputs stay: the caller swaps them in its list of
/// files and removes them later, when no query reads them any more.
pub async fn compact(
    store: Arc<dyn ObjectStore>,
    inputs: &[Path],
    output: &Path,
    settings: &Settings,
    limits: &CompactLimits,
) -> Result<FileStatistics, FileError> {
    let context = context(&store, limits)?;
    let rows_in = context.read_table(table(inputs)?)?.count().await?;
    let merged = context
        .read_table(table(inputs)?)?
        .sort(order(rows_in, settings.group))?
        .execute_stream()
        .await?;
    let target = BufWriter::new(Arc::clone(&store), output.clone());
    let mut writer =
        AsyncArrowWriter::try_new(target, schema(), Some(properties(settings, rows_in)?))?;
    match copy(merged, &mut writer).await {
        Ok((rows, min_time, max_time)) => {
            writer.close().await?;
            let bytes = store.head(output).await?.size;
            Ok(FileStatistics {
                rows,
                bytes,
                min_time,
                max_time,
            })
        }
        Err(error) => {
            // What was sent already is taken back; the error is what counts.
            let _ = writer.into_inner().abort().await;
            Err(error)
        }
    }
}

async fn copy(
    mut merged: SendableRecordBatchStream,
    writer: &mut AsyncArrowWriter<BufWriter>,
) -> Result<(u64, Timestamp, Timestamp), FileError> {
    let (mut rows, mut times) = (0, None::<(Timestamp, Timestamp)>);
    while let Some(batch) = merged.next().await {
        let batch = batch?;
        rows += batch.num_rows() as u64;
        if let Some((first, last)) = span(&batch) {
            times = Some(times.map_or((first, last), |(begin, end)| {
                (begin.min(first), end.max(last))
            }));
        }
        writer.write(&batch).await?;
    }
    let (first, last) = times.ok_or(FileError::Empty)?;
    Ok((rows, first, last))
}

/// One partition: a file of few rows gains nothing from threads, and merging runs beside the service.
fn context(
    store: &Arc<dyn ObjectStore>,
    limits: &CompactLimits,
) -> Result<SessionContext, FileError> {
    let disk = DiskManagerBuilder::default()
        .with_mode(DiskManagerMode::Directories(vec![limits.spill.clone()]));
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(FairSpillPool::new(limits.memory)))
        .with_disk_manager_builder(disk)
        .build_arc()?;
    let config = SessionConfig::new()
        .with_target_partitions(1)
        // Whole records are large; a batch of them must fit in memory several times.
        .with_batch_size(1024)
        .set_bool(
            "datafusion.execution.parquet.schema_force_view_types",
            false,
        );
    let context = SessionContext::new_with_config_rt(config, runtime);
    context.register_object_store(&base(), Arc::clone(store));
    Ok(context)
}

/// A scheme of our own: whatever the store is, the paths are its own.
fn base() -> Url {
    Url::parse("lake://files").unwrap_or_else(|_| unreachable!("the text is a URL"))
}

fn table(inputs: &[Path]) -> Result<Arc<ListingTable>, FileError> {
    let urls = inputs
        .iter()
        .map(|input| ListingTableUrl::try_new(url_of(&base(), input), None));
    let options = ListingOptions::new(Arc::new(
        ParquetFormat::default().with_force_view_types(false),
    ))
    .with_file_extension("");
    let config = ListingTableConfig::new_with_multi_paths(urls.collect::<Result<_, _>>()?)
        .with_listing_options(options)
        .with_schema(schema());
    Ok(Arc::new(ListingTable::try_new(config)?))
}
