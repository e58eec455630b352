//! A look at the ends of Parquet files, before they are read: how many rows they have, and what their columns hold.

use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::{ColumnStatistics, DataFusionError, Result, Statistics};
use datafusion::datasource::listing::{ListingTableUrl, PartitionedFile};
use datafusion::datasource::physical_plan::parquet::metadata::DFParquetMetadata;
use datafusion::execution::cache::cache_manager::FileMetadataCache;
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt as _};
use parquet::arrow::parquet_to_arrow_schema;
use parquet::file::metadata::{FileMetaData, PageIndexPolicy, ParquetMetaData};
use url::Url;

use super::table::viewed;

/// How many files are looked at at once.
const AT_ONCE: usize = 32;

/// How files are looked at.
#[derive(Clone, Debug)]
pub(super) struct Look {
    /// Where they are.
    pub store: Arc<dyn ObjectStore>,
    /// What was read of them stays here until they are opened.
    pub footers: Arc<FileMetadataCache>,
    /// Whether to read where their pages lie.
    pub pages: PageIndexPolicy,
    /// Bytes of a file's end to ask for at once, where each read is a journey; none where it is not.
    pub first_read: Option<usize>,
    /// Their columns.
    pub schema: SchemaRef,
    /// Those of which anything will be asked; all of them if not given.
    pub columns: Option<Vec<usize>>,
    /// Whether their texts are read as views.
    pub views: bool,
}

impl Look {
    /// Files with their statistics, in their order, and whether these are all: no more are opened once they have `enough` rows.
    /// A file that is missing is an error, as an answer without its rows would look right.
    pub async fn at_files(
        &self,
        urls: Vec<Url>,
        enough: Option<usize>,
    ) -> Result<(Vec<PartitionedFile>, bool)> {
        let found = futures::stream::iter(urls).map(|url| self.find(url));
        let mut found: Vec<_> = found.buffered(AT_ONCE).try_collect().await?;
        // What somebody began to write and left has no rows.
        found.retain(|file| file.size > 0);
        let count = found.len();
        let mut opened = std::pin::pin!(self.open(found));
        let (mut files, mut rows) = (Vec::with_capacity(count), 0);
        while let Some(file) = opened.try_next().await? {
            let known = file.statistics.as_ref();
            rows += known
                .and_then(|known| known.num_rows.get_value().copied())
                .unwrap_or(0);
            files.push(file);
            if enough.is_some_and(|enough| rows >= enough) {
                break;
            }
        }
        let is_all = files.len() == count;
        Ok((files, is_all))
    }

    async fn find(&self, url: Url) -> Result<ObjectMeta> {
        let place = ListingTableUrl::try_new(url, None)?;
        Ok(self.store.head(place.prefix()).await?)
    }

    /// Each on a thread of its own, as far as there are any: the ends of files of many columns take time to read.
    fn open(&self, found: Vec<ObjectMeta>) -> impl Stream<Item = Result<PartitionedFile>> {
        let tasks = futures::stream::iter(found).map(|file| {
            let look = self.clone();
            let task = SpawnedTask::spawn(async move { look.at(file).await });
            async move {
                let done = task.join().await;
                done.map_err(|error| DataFusionError::External(Box::new(error)))?
            }
        });
        tasks.buffered(AT_ONCE)
    }

    async fn at(&self, file: ObjectMeta) -> Result<PartitionedFile> {
        let footer = DFParquetMetadata::new(self.store.as_ref(), &file)
            .with_file_metadata_cache(Some(Arc::clone(&self.footers)))
            .with_page_index_policy(Some(self.pages))
            .with_metadata_size_hint(self.first_read)
            .fetch_metadata()
            .await?;
        let statistics = self.statistics(&footer)?;
        let file = PartitionedFile::new_from_meta(file).with_statistics(Arc::new(statistics));
        Ok(match self.views {
            true => file.with_arrow_schema(self.types(footer.file_metadata())?),
            false => file,
        })
    }

    /// What a file's end says of the columns of which anything will be asked; of the others nothing is known.
    fn statistics(&self, footer: &ParquetMetaData) -> Result<Statistics> {
        let Some(columns) = &self.columns else {
            return DFParquetMetadata::statistics_from_parquet_metadata(footer, &self.schema);
        };
        let asked = Arc::new(self.schema.project(columns)?);
        let known = DFParquetMetadata::statistics_from_parquet_metadata(footer, &asked)?;
        let mut all = vec![ColumnStatistics::new_unknown(); self.schema.fields().len()];
        for (column, of) in columns.iter().zip(known.column_statistics) {
            all[*column] = of;
        }
        Ok(Statistics {
            column_statistics: all,
            ..known
        })
    }

    /// As what a file's columns are read: those of all, unless it was written when there were others.
    fn types(&self, file: &FileMetaData) -> Result<SchemaRef> {
        let columns = parquet_to_arrow_schema(file.schema_descr(), file.key_value_metadata())?;
        let fields = viewed(columns.fields());
        Ok(match fields == *self.schema.fields() {
            true => Arc::clone(&self.schema),
            false => Arc::new(Schema::new(fields)),
        })
    }
}
