use std::collections::BTreeMap;

use atrium_model::{AccountId, Region, Timestamp};
use serde::{Deserialize, Serialize};

use crate::StoreError;

/// What the object service asks of a transaction: buckets, objects and uploads. The bytes lie elsewhere, in segments.
///
/// Bucket names are unique among all accounts. Whoever may reach a bucket is decided by its owner's account, so
/// every use of an object begins with [`ObjectTx::bucket`].
pub trait ObjectTx {
    /// Keeps a new bucket. [`StoreError::Duplicate`] if the name is taken, in whatever account.
    fn insert_bucket(&mut self, bucket: &Bucket) -> Result<(), StoreError>;

    /// A bucket by name.
    fn bucket(&mut self, name: &str) -> Result<Option<Bucket>, StoreError>;

    /// A page of an account's buckets in order of their names.
    fn buckets(
        &mut self,
        account: &AccountId,
        after: &str,
        limit: i64,
    ) -> Result<Vec<Bucket>, StoreError>;

    /// Deletes a bucket with its unfinished uploads; the caller has seen that it holds no objects.
    /// The segments of its parts become loose at `due`.
    fn delete_bucket(&mut self, name: &str, due: Timestamp) -> Result<bool, StoreError>;

    /// Keeps an object in place of an older one; the older one's segments become loose at `due`.
    fn put_object(&mut self, object: &Object, due: Timestamp) -> Result<(), StoreError>;

    /// An object.
    fn object(&mut self, bucket: &str, name: &str) -> Result<Option<Object>, StoreError>;

    /// Deletes an object; its segments become loose at `due`. Answers whether it was there.
    fn delete_object(
        &mut self,
        bucket: &str,
        name: &str,
        due: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Objects whose name is at or after `from` and before `to`, in order of their names' bytes.
    fn objects(
        &mut self,
        bucket: &str,
        from: &str,
        to: Option<&str>,
        limit: i64,
    ) -> Result<Vec<ObjectSummary>, StoreError>;

    /// Keeps a new upload.
    fn insert_upload(&mut self, upload: &Upload) -> Result<(), StoreError>;

    /// An unfinished upload.
    fn upload(&mut self, bucket: &str, name: &str, id: &str) -> Result<Option<Upload>, StoreError>;

    /// Unfinished uploads of a bucket after the given name and id.
    fn uploads(
        &mut self,
        bucket: &str,
        after: (&str, &str),
        limit: i64,
    ) -> Result<Vec<Upload>, StoreError>;

    /// Deletes an upload and its parts' rows; segments not in `kept` become loose at `due`.
    fn delete_upload(
        &mut self,
        upload: &Upload,
        kept: &[Segment],
        due: Timestamp,
    ) -> Result<(), StoreError>;

    /// Keeps a part in place of an older one of the same number, whose segment becomes loose at `due`.
    fn put_part(
        &mut self,
        upload: &str,
        part: &UploadPart,
        due: Timestamp,
    ) -> Result<(), StoreError>;

    /// An upload's parts after the given number, in order.
    fn parts(
        &mut self,
        upload: &str,
        after: i64,
        limit: i64,
    ) -> Result<Vec<UploadPart>, StoreError>;

    /// Notes a segment that is about to be written, to be removed at `due` unless something holds it by then.
    fn announce_segment(&mut self, segment: &str, due: Timestamp) -> Result<(), StoreError>;

    /// Takes back the note of a segment that now something holds. False if its time had come: it may be gone.
    fn hold_segment(&mut self, segment: &str) -> Result<bool, StoreError>;

    /// Up to `limit` loose segments whose time has come. From now on nothing can hold them.
    fn claim_loose_segments(
        &mut self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<String>, StoreError>;

    /// Forgets segments that have been removed.
    fn forget_segments(&mut self, segments: &[String]) -> Result<(), StoreError>;
}

/// A bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Its name, unique among all accounts.
    pub name: String,
    /// Who owns it.
    pub account: AccountId,
    /// Where it was made.
    pub region: Region,
    /// When it was made.
    pub created: Timestamp,
}

/// A piece of bytes in the object store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Its name there.
    pub id: String,
    /// Its length in bytes.
    pub size: u64,
}

/// What is kept with an object besides its bytes, and given back with them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ObjectHeaders {
    /// `Content-Type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// `Cache-Control`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_control: Option<String>,
    /// `Content-Disposition`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_disposition: Option<String>,
    /// `Content-Encoding`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_encoding: Option<String>,
    /// `Content-Language`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_language: Option<String>,
    /// `x-amz-meta-…`, without that prefix.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub user: BTreeMap<String, String>,
}

/// An object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its bucket.
    pub bucket: String,
    /// Its key.
    pub name: String,
    /// Its bytes, in order.
    pub segments: Vec<Segment>,
    /// The MD5 of its bytes in hexadecimal, or for an object of several parts the MD5 of theirs, `-` and their number.
    pub etag: String,
    /// What else is kept with it.
    pub headers: ObjectHeaders,
    /// When it was written.
    pub modified: Timestamp,
}

impl Object {
    /// Its length in bytes.
    pub fn size(&self) -> u64 {
        self.segments.iter().map(|segment| segment.size).sum()
    }
}

/// What a list of objects shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectSummary {
    /// The object's key.
    pub name: String,
    /// Its length in bytes.
    pub size: i64,
    /// As in [`Object::etag`].
    pub etag: String,
    /// When it was written.
    pub modified: Timestamp,
}

/// An upload in parts that is not finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Its bucket.
    pub bucket: String,
    /// The key of the object to be.
    pub name: String,
    /// Its id, unique among all uploads.
    pub id: String,
    /// What will be kept with the object.
    pub headers: ObjectHeaders,
    /// When it began.
    pub created: Timestamp,
}

/// A part of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadPart {
    /// From 1 to 10,000.
    pub number: i64,
    /// Its bytes.
    pub segment: Segment,
    /// The MD5 of its bytes in hexadecimal.
    pub etag: String,
    /// When it was written.
    pub modified: Timestamp,
}
