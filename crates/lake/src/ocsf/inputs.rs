//! The files that records come from: CloudTrail's logs, lines of records, and the lake's own Parquet files.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use arrow::array::{AsArray as _, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use flate2::read::MultiGzDecoder;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::errors::ParquetError;

use crate::process::line;
use crate::record::{NotALog, is_one_log, records_of};
use crate::schema::JSON;

/// The most that a log may unpack to: a hundred times CloudTrail's own largest. Lines have no such bound.
const MAX_BYTES: u64 = 1 << 30;
/// How much of a file tells what it is.
const HEAD: u64 = 256;
/// Rows of a Parquet file that are in memory at once.
const ROWS: usize = 256;

/// A file whose records could not be had.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// It can't be read or unpacked.
    #[error("could not read it")]
    Read(#[from] io::Error),
    /// It is a JSON document of something else.
    #[error("it is no file of CloudTrail records")]
    NotALog(#[from] NotALog),
    /// It is no good Parquet file.
    #[error("could not read it as Parquet")]
    Parquet(#[from] ParquetError),
    /// It is a Parquet file of something else.
    #[error("it has no column `{JSON}` of texts")]
    NoRecords,
}

/// The texts of records, one after the other.
pub type Records = Box<dyn Iterator<Item = Result<String, InputError>>>;

/// The records of a file, whatever form it has. After an error there are no more.
pub fn records(path: &Path) -> Result<Records, InputError> {
    let mut file = File::open(path)?;
    let head = head_of(&mut file)?;
    if head.starts_with(b"PAR1") {
        return parquet(path);
    }
    let packed = head.starts_with(&[0x1f, 0x8b]);
    let whole = Cursor::new(head).chain(file);
    if packed {
        texts(MultiGzDecoder::new(whole))
    } else {
        texts(whole)
    }
}

fn texts(mut input: impl Read + 'static) -> Result<Records, InputError> {
    let head = head_of(&mut input)?;
    let is_log = is_one_log(&String::from_utf8_lossy(&head));
    let mut input = BufReader::new(Cursor::new(head).chain(input));
    if !is_log {
        return Ok(Box::new(std::iter::from_fn(move || next_line(&mut input))));
    }
    let mut text = String::new();
    if input.take(MAX_BYTES).read_to_string(&mut text)? as u64 == MAX_BYTES {
        let message = format!("more than {MAX_BYTES} bytes");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message).into());
    }
    let records = records_of(&text)?;
    let records: Vec<String> = records.into_iter().map(str::to_owned).collect();
    Ok(Box::new(records.into_iter().map(Ok)))
}

/// The next line that isn't blank.
fn next_line(input: &mut impl BufRead) -> Option<Result<String, InputError>> {
    loop {
        match line(input) {
            Ok(text)
                if text
                    .as_deref()
                    .is_some_and(|text| text.trim_ascii().is_empty()) => {}
            Ok(text) => return text.map(Ok),
            Err(error) => return Some(Err(error.into())),
        }
    }
}

/// The column of whole records.
fn parquet(path: &Path) -> Result<Records, InputError> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?;
    if builder.schema().column_with_name(JSON).is_none() {
        return Err(InputError::NoRecords);
    }
    let only = ProjectionMask::columns(builder.parquet_schema(), [JSON]);
    let reader = builder
        .with_projection(only)
        .with_batch_size(ROWS)
        .build()?;
    let texts = reader.flat_map(|batch| {
        let batch = batch.map_err(|error| InputError::Parquet(error.into()));
        let texts = batch.and_then(|batch| texts_of(&batch));
        match texts {
            Ok(texts) => texts.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        }
    });
    Ok(Box::new(texts))
}

fn texts_of(batch: &RecordBatch) -> Result<Vec<String>, InputError> {
    let column = batch.column_by_name(JSON).ok_or(InputError::NoRecords)?;
    // Other writers have other kinds of texts.
    let column = cast(column, &DataType::Utf8).map_err(ParquetError::from)?;
    let texts = column.as_string_opt::<i32>().ok_or(InputError::NoRecords)?;
    Ok(texts.iter().flatten().map(str::to_owned).collect())
}

fn head_of(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    input.take(HEAD).read_to_end(&mut head)?;
    Ok(head)
}

/// The files that a name stands for: itself, or those beneath it, in order, that look like files of records. A trail's digests lie
/// beside its logs and are none.
pub fn files_of(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !fs::metadata(path)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let (mut found, mut folders) = (Vec::new(), vec![path.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            // Links are not followed, so there is no way round and round.
            let kind = entry.file_type()?;
            if kind.is_dir() && name != "CloudTrail-Digest" {
                folders.push(entry.path());
            } else if kind.is_file() && holds_records(&name) {
                found.push(entry.path());
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Files by the folders that they lie in, however these were named; folders and files in the order in which they come first.
pub fn by_folder(files: Vec<PathBuf>) -> Vec<Vec<PathBuf>> {
    let mut places: HashMap<PathBuf, usize> = HashMap::new();
    let mut folders: Vec<Vec<PathBuf>> = Vec::new();
    for file in files {
        let folder = file.parent().unwrap_or(&file);
        let folder = Path::new(".").join(folder);
        let place = *places
            .entry(folder.canonicalize().unwrap_or(folder))
            .or_insert(folders.len());
        match folders.get_mut(place) {
            Some(files) => files.push(file),
            None => folders.push(vec![file]),
        }
    }
    folders
}

fn holds_records(name: &str) -> bool {
    let plain = name.strip_suffix(".gz").unwrap_or(name);
    let text = [".json", ".jsonl"].iter().any(|end| plain.ends_with(end));
    (text || name.ends_with(".parquet")) && !name.starts_with(['.', '_'])
}
