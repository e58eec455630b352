//! Writing and merging files for the service.

use std::io::{self, BufRead};
use std::sync::Arc;

use serde_json::{Value, json};

use super::request::{CompactRequest, WriteRequest};
use crate::files::{
    self, CompactLimits, FileError, FileStatistics, Names, Partitions, Settings, Written,
};
use crate::record::{MAX_BYTES, Record};
use crate::stores::{Place, PlaceError, Stores};

/// Bytes of JSON that wait in memory until they are written.
pub const ROOM: usize = 256 << 20;

/// Why files could not be written or merged.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// No such store.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// A file could not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// Standard input or output is gone.
    #[error("could not read the records")]
    Input(#[from] io::Error),
    /// There is no room of one's own for what doesn't fit into memory.
    #[error("could not make a folder in the system's temporary one")]
    Folder(#[source] io::Error),
    /// Files of several stores can't become one.
    #[error("`{0}` is in another store than the output")]
    AnotherStore(String),
}

/// Writes records into files of their days. Tells each file, and each record that was refused with its place from 1.
pub async fn write(
    request: WriteRequest,
    mut input: impl BufRead,
    tell: &mut dyn FnMut(&Value),
) -> Result<(), KeepError> {
    let place = Stores::default().place(&request.output)?;
    let store = Arc::clone(&place.store);
    let mut partitions = Partitions::new(
        store,
        place.path.clone(),
        Names::Whole(request.name),
        Settings::FRESH,
        ROOM,
    );
    let mut count = 0_u64;
    while let Some(text) = line(&mut input)? {
        if text.trim_ascii().is_empty() {
            continue;
        }
        count += 1;
        match Record::read(&text) {
            Ok(record) => partitions.push(&record).await?,
            Err(reason) => {
                tell(&json!({ "refused": { "record": count, "reason": reason.to_string() } }));
            }
        }
    }
    for Written {
        day,
        path,
        statistics,
    } in partitions.finish().await?
    {
        tell(&json!({ "file": file(&place, &path, statistics), "day": day.to_string() }));
    }
    Ok(())
}

/// A line, of which no more is kept than shows that it is too long.
pub(crate) fn line(input: &mut impl BufRead) -> io::Result<Option<String>> {
    use io::Read as _;
    let mut bytes = Vec::new();
    let most = MAX_BYTES as u64 + 2;
    if input.by_ref().take(most).read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    if bytes.last() != Some(&b'\n') {
        // The rest of it, piece by piece.
        loop {
            let buffered = input.fill_buf()?;
            let end = buffered.iter().position(|byte| *byte == b'\n');
            let used = end.map_or(buffered.len(), |end| end + 1);
            input.consume(used);
            if end.is_some() || used == 0 {
                break;
            }
        }
    }
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

fn file(place: &Place, path: &object_store::path::Path, statistics: FileStatistics) -> Value {
    json!({
        "url": place.url_of(path).as_str(),
        "rows": statistics.rows,
        "bytes": statistics.bytes,
        "min_time": statistics.min_time,
        "max_time": statistics.max_time,
    })
}

/// Merges files into one, and tells it.
pub async fn compact(
    request: CompactRequest,
    tell: &mut dyn FnMut(&Value),
) -> Result<(), KeepError> {
    let mut stores = Stores::default();
    let output = stores.place(&request.output)?;
    let mut inputs = Vec::new();
    for name in &request.files {
        let input = stores.place(name)?;
        if input.root != output.root {
            return Err(KeepError::AnotherStore(name.clone()));
        }
        inputs.push(input.path);
    }
    let (limits, _folder) = request.limits.with_folder().map_err(KeepError::Folder)?;
    let limits = CompactLimits {
        memory: limits.memory,
        spill: limits.spill,
    };
    let merged = files::compact(
        Arc::clone(&output.store),
        &inputs,
        &output.path,
        &Settings::LASTING,
        &limits,
    )
    .await?;
    tell(&json!({ "file": file(&output, &output.path, merged) }));
    Ok(())
}
