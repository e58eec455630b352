//! Files of records on this machine.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use crate::record::{NotALog, records_of};

/// The most that a file may unpack to: a hundred times CloudTrail's own largest.
const MAX_BYTES: u64 = 1 << 30;

/// A file whose records could not be had.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It can't be read or unpacked.
    #[error("could not read `{}`", .0.display())]
    Read(PathBuf, #[source] io::Error),
    /// It holds no records.
    #[error("`{}` is no file of CloudTrail records", .0.display())]
    NotALog(PathBuf, #[source] NotALog),
}

/// Reads a file, unpacks it if it is packed, and hands each record's text over.
pub fn read(path: &Path, mut each: impl FnMut(&str)) -> Result<(), SourceError> {
    let text = text_of(path).map_err(|error| SourceError::Read(path.to_owned(), error))?;
    let records =
        records_of(&text).map_err(|error| SourceError::NotALog(path.to_owned(), error))?;
    records.into_iter().for_each(&mut each);
    Ok(())
}

fn text_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut magic = [0; 2];
    let begun = file.read(&mut magic)?;
    let whole = magic[..begun].chain(file);
    let mut text = String::new();
    let read = if magic == [0x1f, 0x8b] {
        MultiGzDecoder::new(whole)
            .take(MAX_BYTES)
            .read_to_string(&mut text)?
    } else {
        whole.take(MAX_BYTES).read_to_string(&mut text)?
    };
    if read as u64 == MAX_BYTES {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("more than {MAX_BYTES} bytes"),
        ));
    }
    Ok(text)
}
