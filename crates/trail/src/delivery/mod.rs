//! From the log to the trails' buckets: events are cut into files, files are placed, digests tell of them.
//!
//! Nothing here waits or writes bytes: whoever calls puts the bodies into the object store between the steps.

mod cut;
mod digest;
mod key;
mod place;
mod plans;
mod signing_key;

pub use cut::{Cut, CutFile, LARGEST};
pub use digest::{
    Digest, DigestSubject, commit_digest, digest_subject, make_digest, put_off_digest,
};
pub use place::{Placed, place_files};
pub use plans::{Plans, forget_old_plans};
pub use signing_key::{KEY_LIFE, SigningKey, SigningKeyError, current_key};
