//! How records are encoded: for each kind of column what was measured to be small and quick (docs/lake.md).

use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use crate::schema::{ID, JSON, TIME};

/// What finds repetitions least: among random digits they are chance, and cost more than they save.
const PLAIN: i32 = 1;

/// How hard to compress, and for how many rows.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The level of zstd, 1 to 22.
    pub level: i32,
    /// Rows of a row group.
    pub group: usize,
    /// Bytes of a row group, as far as they are known while it is written: records may have a mebibyte each.
    pub group_bytes: usize,
    /// Bytes of a page of `eventjson` before compression: the longer the page, the more a record finds to repeat.
    pub page: usize,
    /// Bloom filters of ids, for files of so many rows: in a small one they cost more than reading the column.
    pub filter_from: usize,
}

impl Settings {
    /// For files that are read for a few hours until they are merged: quick to write.
    pub const FRESH: Self = Self {
        level: 3,
        group: 1 << 17,
        group_bytes: 128 << 20,
        page: 1 << 20,
        filter_from: 20_000,
    };

    /// For files that stay: written once, read and paid for over years.
    pub const LASTING: Self = Self {
        level: 9,
        group: 1 << 17,
        group_bytes: 128 << 20,
        page: 1 << 23,
        filter_from: 20_000,
    };
}

/// The properties of a file of so many rows.
pub fn properties(settings: &Settings, rows: usize) -> Result<WriterProperties, ParquetError> {
    let json = ColumnPath::from(JSON);
    let id = ColumnPath::from(ID);
    let mut properties = WriterProperties::builder()
        .set_created_by(concat!("atrium-lake ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(settings.level)?))
        .set_max_row_group_row_count(Some(settings.group))
        .set_max_row_group_bytes(Some(settings.group_bytes))
        // An organization's callers are more than fit into the usual mebibyte.
        .set_dictionary_page_size_limit(4 << 20)
        .set_column_data_page_size_limit(json.clone(), settings.page)
        .set_column_statistics_enabled(json, EnabledStatistics::None);
    // Ids and whole records don't repeat: a dictionary would be filled and thrown away. Lengths apart from texts compress better.
    // Times that rise are small differences.
    for (name, encoding) in [
        (ID, Encoding::DELTA_LENGTH_BYTE_ARRAY),
        ("requestid", Encoding::DELTA_LENGTH_BYTE_ARRAY),
        (JSON, Encoding::DELTA_LENGTH_BYTE_ARRAY),
        (TIME, Encoding::DELTA_BINARY_PACKED),
    ] {
        let column = ColumnPath::from(name);
        properties = properties
            .set_column_dictionary_enabled(column.clone(), false)
            .set_column_encoding(column, encoding);
    }
    for name in [ID, "requestid"] {
        let plain = Compression::ZSTD(ZstdLevel::try_new(PLAIN)?);
        properties = properties.set_column_compression(ColumnPath::from(name), plain);
    }
    if rows >= settings.filter_from {
        let distinct = rows.min(settings.group) as u64;
        properties = properties
            .set_column_bloom_filter_enabled(id.clone(), true)
            .set_column_bloom_filter_fpp(id.clone(), 0.03)
            .set_column_bloom_filter_max_ndv(id, distinct);
    }
    Ok(properties.build())
}
