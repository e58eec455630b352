//! The tables of a request, made known to a session.

use std::path::Path;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::cast;
use arrow::datatypes::{Schema, SchemaRef};
use arrow::error::ArrowError;
use datafusion::catalog::TableProvider;
use datafusion::common::TableReference;
use datafusion::datasource::MemTable;
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::json::JsonFormat;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::prelude::SessionContext;
use url::Url;

use super::request::TableRequest;
use super::source;
use crate::record::{Record, Rows};
use crate::sql::{Events, Kind, SqlError, field_of};
use crate::stores::{Place, PlaceError, Stores, parquet_files};

/// The files of a table, and the stores in which they are.
pub async fn locate(table: &TableRequest, stores: &mut Stores) -> Result<Vec<Url>, SqlError> {
    let mut files = Vec::new();
    for file in &table.files {
        let place = stores.place(file).map_err(unreachable_place)?;
        files.push(place.url_of(&place.path));
    }
    for folder in &table.folders {
        let place: Place = stores.place(folder).map_err(unreachable_place)?;
        let found = parquet_files(&place)
            .await
            .map_err(|error| SqlError::new(Kind::Storage, error.to_string()))?;
        if found.is_empty() {
            let message = format!("there is no Parquet file in `{folder}`");
            return Err(SqlError::new(Kind::Storage, message));
        }
        files.extend(found.iter().map(|path| place.url_of(path)));
    }
    Ok(files)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that map_err wants"
)]
fn unreachable_place(error: PlaceError) -> SqlError {
    SqlError::new(Kind::Storage, error.to_string())
}

/// Registers a table under its name, in lower case. What other machines are to read must not be a file of this one's alone: such tables
/// are `sent` with the plan.
pub async fn register(
    context: &SessionContext,
    name: &str,
    table: &TableRequest,
    files: Vec<Url>,
    sent: bool,
) -> Result<(), SqlError> {
    let provider = if table.columns.is_empty() {
        events(context, table, files, !sent)?
    } else if sent && !table.lines.is_empty() {
        in_memory(context, own(table, files)?).await?
    } else {
        own(table, files)?
    };
    context.register_table(TableReference::bare(name.to_lowercase()), provider)?;
    Ok(())
}

fn events(
    context: &SessionContext,
    table: &TableRequest,
    files: Vec<Url>,
    views: bool,
) -> Result<Arc<dyn TableProvider>, SqlError> {
    let events = Arc::new(Events::new(files, views));
    if table.lines.is_empty() {
        return Ok(events);
    }
    let schema = events.schema();
    let recent = recent(&table.lines, &schema)?;
    let recent = MemTable::try_new(schema, vec![recent])?;
    let both = context
        .read_table(events)?
        .union(context.read_table(Arc::new(recent))?)?;
    Ok(both.into_view())
}

/// Records that are in no Parquet file yet. What is no record was told to whoever wrote it there, and is left out.
fn recent(files: &[impl AsRef<Path>], schema: &SchemaRef) -> Result<Vec<RecordBatch>, SqlError> {
    const BATCH: usize = 8192;
    let mut batches = Vec::new();
    let mut rows = Rows::default();
    for file in files {
        let mut filled = Vec::new();
        source::read(file.as_ref(), |text| {
            if let Ok(record) = Record::read(text) {
                rows.push(&record);
            }
            if rows.len() >= BATCH {
                filled.push(std::mem::take(&mut rows));
            }
        })
        .map_err(|error| SqlError::new(Kind::Storage, error.to_string()))?;
        batches.extend(filled);
    }
    batches.push(rows);
    let fitted = batches
        .into_iter()
        .map(|rows| fitted(&rows.finish()?, schema));
    fitted
        .collect::<Result<_, _>>()
        .map_err(|error| SqlError::new(Kind::Internal, error.to_string()))
}

/// The same rows in the types in which files are read.
fn fitted(rows: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let pairs = rows.columns().iter().zip(schema.fields());
    let columns = pairs.map(|(column, field)| cast(column, field.data_type()));
    RecordBatch::try_new(Arc::clone(schema), columns.collect::<Result<_, _>>()?)
}

/// A table of another kind, such as one of people.
fn own(table: &TableRequest, files: Vec<Url>) -> Result<Arc<dyn TableProvider>, SqlError> {
    let fields = table
        .columns
        .iter()
        .map(|(name, kind)| field_of(&name.to_lowercase(), kind));
    let schema: SchemaRef = Arc::new(Schema::new(fields.collect::<Result<Vec<_>, _>>()?));
    let (urls, format): (Vec<Url>, Arc<dyn FileFormat>) = if table.lines.is_empty() {
        (files, Arc::new(ParquetFormat::default()))
    } else {
        let lines = table.lines.iter().map(|path| of_this_machine(path));
        (
            lines.collect::<Result<_, _>>()?,
            Arc::new(JsonFormat::default()),
        )
    };
    if urls.is_empty() {
        return Ok(Arc::new(MemTable::try_new(schema, vec![Vec::new()])?));
    }
    let urls = urls
        .into_iter()
        .map(|url| ListingTableUrl::try_new(url, None))
        .collect::<Result<Vec<_>, _>>()?;
    let options = ListingOptions::new(format).with_file_extension("");
    let config = ListingTableConfig::new_with_multi_paths(urls)
        .with_listing_options(options)
        .with_schema(schema);
    Ok(Arc::new(ListingTable::try_new(config)?))
}

/// The rows of a table, read at once.
async fn in_memory(
    context: &SessionContext,
    table: Arc<dyn TableProvider>,
) -> Result<Arc<dyn TableProvider>, SqlError> {
    let schema = table.schema();
    let rows = context.read_table(table)?.collect().await?;
    Ok(Arc::new(MemTable::try_new(schema, vec![rows])?))
}

fn of_this_machine(path: &Path) -> Result<Url, SqlError> {
    let whole = std::path::absolute(path)
        .ok()
        .and_then(|path| Url::from_file_path(path).ok());
    whole.ok_or_else(|| {
        SqlError::new(
            Kind::Storage,
            format!("`{}` is no path of a file", path.display()),
        )
    })
}
