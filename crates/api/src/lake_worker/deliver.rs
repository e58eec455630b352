//! Answers as CSV in a bucket, with a file that tells that nobody has changed them; "Save query results" and "Validate
//! saved query results" in the CloudTrail user guide.

use atrium_model::Timestamp;
use atrium_model::lake::{DeliveryStatus, Query};
use atrium_store::{Object, ObjectHeaders, Segment, StoreError, Tx};
use atrium_trail::queries::{delivery_place, place_results, sign_results};
use csv::Terminator;
use flate2::Compression;
use flate2::write::GzEncoder;
use md5::Md5;
use sha2::{Digest as _, Sha256};

use super::LakeError;
use crate::trail_worker::{DeliveryError, segments, signing_key};
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
        now: Timestamp,
    ) -> Result<DeliveryStatus, StoreError> {
        place_results(tx, &self.query.account, &self.objects, now)
    }
}

/// Writes and signs the files of an answer, or tells why that can't be.
pub(super) async fn prepare(
    services: &Services,
    objects: &Segments,
    query: &Query,
    export: Export,
) -> Result<Result<Delivery, DeliveryStatus>, LakeError> {
    let place = query.delivery.as_deref().map(delivery_place);
    let Some(Ok(place)) = place else {
        return Ok(Err(DeliveryStatus::Failed));
    };
    let now = services.clock.now();
    let csv = export.finish()?;
    let name = "result_1.csv.gz";
    let files = [(name.to_owned(), hex::encode(Sha256::digest(&csv)))];
    let Some(sign) = sign(services, query, &files, now).await? else {
        return Ok(Err(DeliveryStatus::FailedSigningFile));
    };
    let sign = sign.into_bytes();
    let tags = [&csv, &sign].map(|body| hex::encode(Md5::digest(body)));
    let patience = services.settings.lake.reading();
    let kept = segments::write(services, objects, vec![csv, sign], patience).await?;
    let names = [
        (name, "application/gzip"),
        ("result_sign.json", "application/json"),
    ];
    let object = |((segment, etag), (name, kind)): ((Segment, String), (&str, &str))| Object {
        bucket: place.bucket.clone(),
        name: place.key(&query.account, &query.id, query.created, name),
        segments: vec![segment],
        etag,
        headers: ObjectHeaders {
            content_type: Some(kind.to_owned()),
            ..ObjectHeaders::default()
        },
        modified: now,
    };
    Ok(Ok(Delivery {
        query: query.clone(),
        objects: kept.into_iter().zip(tags).zip(names).map(object).collect(),
    }))
}

/// The text that tells that files have not been changed. None if no key of the Region can sign.
async fn sign(
    services: &Services,
    query: &Query,
    files: &[(String, String)],
    now: Timestamp,
) -> Result<Option<String>, LakeError> {
    match signing_key(services, &query.region, now).await {
        Ok(key) => Ok(sign_results(&key, &query.region, files, now)),
        Err(DeliveryError::Store(error)) => Err(error.into()),
        Err(error) => {
            tracing::warn!(query.id = %query.id, error = %error, "could not sign an answer");
            Ok(None)
        }
    }
}
