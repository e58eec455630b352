//! Answers as CSV in a bucket, with a file that tells that nobody has changed them; "Save query results" and "Validate
//! saved query results" in the CloudTrail user guide.

use atrium_model::lake::{DeliveryStatus, Query};
use atrium_store::{Object, ObjectHeaders, Segment, StoreError, Tx};
use atrium_trail::queries::{delivery_place, place_results, sign_results};
use csv::Terminator;
use flate2::Compression;
use flate2::write::GzEncoder;
use md5::Md5;
use sha2::{Digest as _, Sha256};

use super::LakeError;
use super::results::keep;
use crate::trail_worker::signing_key;
use crate::{Segments, Services};

/// An answer's rows on their way into a file.
pub(super) struct Export {
    csv: csv::Writer<GzEncoder<Vec<u8>>>,
}

impl Export {
    /// A file without rows.
    pub(super) fn new() -> Self {
        let packed = GzEncoder::new(Vec::new(), Compression::default());
        let csv = csv::WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .from_writer(packed);
        Self { csv }
    }

    /// Writes the columns' names.
    pub(super) fn header(&mut self, columns: &[String]) -> Result<(), LakeError> {
        self.csv.write_record(columns).map_err(unwritten)
    }

    /// Writes a row: a list of maps with one key each. What is NULL is empty.
    pub(super) fn row(&mut self, row: &str) -> Result<(), LakeError> {
        let cells = crate::cloudtrail::row_of(row)
            .ok_or_else(|| LakeError::Program("a row can't be read".to_owned()))?;
        let values = cells.iter().map(|(_, value)| value.as_bytes());
        self.csv.write_record(values).map_err(unwritten)
    }

    fn finish(self) -> Result<Vec<u8>, LakeError> {
        let packed = self.csv.into_inner();
        let packed = packed
            .map_err(|error| LakeError::Disk(std::io::Error::other(error.error().to_string())))?;
        Ok(packed.finish()?)
    }
}

fn unwritten(error: csv::Error) -> LakeError {
    LakeError::Disk(error.into())
}

/// Files that are in the object store and still have to be put into their bucket.
pub(super) struct Delivery {
    query: Query,
    objects: Vec<Object>,
}

impl Delivery {
    /// Puts the files into their bucket, and tells how that went.
    pub(super) fn place(
        &self,
        tx: &mut dyn Tx,
        now: atrium_model::Timestamp,
    ) -> Result<DeliveryStatus, StoreError> {
        place_results(tx, &self.query.account, &self.objects, now)
    }
}

/// Writes and signs the files of an answer. None if the query has no place for them.
pub(super) async fn prepare(
    services: &Services,
    objects: &Segments,
    query: &Query,
    export: Export,
) -> Result<Option<Delivery>, LakeError> {
    let place = query
        .delivery
        .as_deref()
        .and_then(|uri| delivery_place(uri).ok());
    let Some(place) = place else {
        return Ok(None);
    };
    let now = services.clock.now();
    let csv = export.finish()?;
    let key = signing_key(services, &query.region, now)
        .await
        .map_err(|error| LakeError::Objects(error.to_string()))?;
    let name = "result_1.csv.gz";
    let files = [(name.to_owned(), hex::encode(Sha256::digest(&csv)))];
    let sign = sign_results(&key, &query.region, &files, now)
        .ok_or_else(|| LakeError::Objects("the answer could not be signed".to_owned()))?;
    let due = now + services.settings.lake.reading();
    let mut made = Vec::new();
    for (name, body, kind) in [
        (name, csv, "application/gzip"),
        ("result_sign.json", sign.into_bytes(), "application/json"),
    ] {
        let etag = hex::encode(Md5::digest(&body));
        let (id, size) = keep(services, objects, body, due).await?;
        made.push(Object {
            bucket: place.bucket.clone(),
            name: place.key(&query.account, &query.id, query.created, name),
            segments: vec![Segment { id, size }],
            etag,
            headers: ObjectHeaders {
                content_type: Some(kind.to_owned()),
                ..ObjectHeaders::default()
            },
            modified: now,
        });
    }
    Ok(Some(Delivery {
        query: query.clone(),
        objects: made,
    }))
}
