use atrium_model::trail::{DigestChain, DigestKey, Trail, TrailFile, TrailStatus, TrailVersion};
use atrium_model::{AccountId, OrganizationId, Region, Timestamp};

use crate::StoreError;

/// Trails, and what is on its way to their buckets. Lists answer in order of their keys, at most `limit` entries.
pub trait TrailTx: DeliveryTx {
    /// Keeps a new trail. [`StoreError::Duplicate`] if account and Region have one of its name.
    fn insert_trail(&mut self, trail: &Trail) -> Result<(), StoreError>;

    /// A trail by its account, home Region and name.
    fn trail(
        &mut self,
        account: &AccountId,
        region: &Region,
        name: &str,
    ) -> Result<Option<Trail>, StoreError>;

    /// Keeps what has changed about a trail; false if there is none.
    fn update_trail(&mut self, trail: &Trail) -> Result<bool, StoreError>;

    /// Deletes a trail; false if there is none.
    fn delete_trail(&mut self, trail: &Trail) -> Result<bool, StoreError>;

    /// The trails of an account after the given Region and name.
    fn trails(
        &mut self,
        account: &AccountId,
        after: (&str, &str),
        limit: i64,
    ) -> Result<Vec<Trail>, StoreError>;

    /// The trails of an organization after the given Region and name.
    fn organization_trails(
        &mut self,
        organization: &OrganizationId,
        after: (&str, &str),
        limit: i64,
    ) -> Result<Vec<Trail>, StoreError>;

    /// How many of an account's trails take events of a Region.
    fn count_trails(&mut self, account: &AccountId, region: &Region) -> Result<i64, StoreError>;

    /// What was last delivered for a trail; nothing if there is no such trail.
    fn trail_status(&mut self, account: &AccountId, trail: &str)
    -> Result<TrailStatus, StoreError>;

    /// Keeps what was last delivered for a trail, if there still is one.
    fn put_trail_status(
        &mut self,
        account: &AccountId,
        trail: &str,
        status: &TrailStatus,
    ) -> Result<(), StoreError>;
}

/// What lies between the log and the trails' buckets.
pub trait DeliveryTx {
    /// Keeps what a trail does from now on, in place of what began in the same moment.
    fn put_trail_version(&mut self, version: &TrailVersion) -> Result<(), StoreError>;

    /// From when on a trail does what it does now.
    fn newest_trail_version(
        &mut self,
        account: &AccountId,
        trail: &str,
    ) -> Result<Option<Timestamp>, StoreError>;

    /// The versions of all trails after the given account, trail and time.
    fn trail_versions(
        &mut self,
        after: (&str, &str, Timestamp),
        limit: i64,
    ) -> Result<Vec<TrailVersion>, StoreError>;

    /// Forgets a version.
    fn delete_trail_version(&mut self, version: &TrailVersion) -> Result<(), StoreError>;

    /// Keeps a file that is to be placed at once.
    fn insert_trail_file(&mut self, file: &TrailFile) -> Result<(), StoreError>;

    /// Files that are to be placed by now, those first that have been waiting longest.
    fn due_trail_files(&mut self, now: Timestamp, limit: i64)
    -> Result<Vec<TrailFile>, StoreError>;

    /// Notes that a file could not be placed, and when to try again.
    fn put_off_trail_file(&mut self, file: &TrailFile, due: Timestamp) -> Result<(), StoreError>;

    /// Notes that a file was placed; it waits for a digest to tell of it.
    fn place_trail_file(&mut self, file: &TrailFile) -> Result<(), StoreError>;

    /// Forgets a file.
    fn delete_trail_file(&mut self, file: &TrailFile) -> Result<(), StoreError>;

    /// Files that were placed and that no digest of the chain has told of.
    fn undigested_trail_files(
        &mut self,
        chain: &DigestChain,
        limit: i64,
    ) -> Result<Vec<TrailFile>, StoreError>;

    /// Begins a chain of digests, unless there is one.
    fn begin_digest_chain(&mut self, chain: &DigestChain) -> Result<(), StoreError>;

    /// Chains that want a digest by now.
    fn due_digest_chains(
        &mut self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<DigestChain>, StoreError>;

    /// Puts `to` in the place of `from`; false if somebody else has changed it.
    fn advance_digest_chain(
        &mut self,
        from: &DigestChain,
        to: &DigestChain,
    ) -> Result<bool, StoreError>;

    /// Ends a chain; false if somebody else has changed it.
    fn end_digest_chain(&mut self, chain: &DigestChain) -> Result<bool, StoreError>;

    /// Keeps a new pair of keys.
    fn insert_digest_key(&mut self, key: &DigestKey) -> Result<(), StoreError>;

    /// The keys of a Region that signed at some time between two, after the one that began to sign at `after`.
    fn digest_keys(
        &mut self,
        region: &Region,
        from: Timestamp,
        to: Timestamp,
        after: Option<Timestamp>,
        limit: i64,
    ) -> Result<Vec<DigestKey>, StoreError>;
}
