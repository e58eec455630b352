use atrium_model::Timestamp;
use atrium_model::trail::Notice;

use crate::StoreError;

/// What is on its way to targets.
pub trait NoticeTx {
    /// Keeps a notice, unless the target has one of this id.
    fn insert_notice(&mut self, notice: &Notice) -> Result<(), StoreError>;

    /// Whether anything is to be sent to a target by now.
    fn is_notice_due(&mut self, target: &str, now: Timestamp) -> Result<bool, StoreError>;

    /// Takes up to `limit` notices for a target that are due, those first that have been for longest: until `until` they
    /// are the caller's to send, and due again then.
    fn claim_notices(
        &mut self,
        target: &str,
        now: Timestamp,
        until: Timestamp,
        limit: i64,
    ) -> Result<Vec<Notice>, StoreError>;

    /// Forgets a notice; false if there is none.
    fn delete_notice(&mut self, target: &str, id: &str) -> Result<bool, StoreError>;

    /// Notes that a claimed notice could not be sent, why, and when to try again. False if it is another's by now.
    fn put_off_notice(
        &mut self,
        claimed: &Notice,
        due: Timestamp,
        error: &str,
    ) -> Result<bool, StoreError>;

    /// Gives a claimed notice up. False if it is another's by now.
    fn give_up_notice(
        &mut self,
        claimed: &Notice,
        dead: Timestamp,
        error: &str,
    ) -> Result<bool, StoreError>;

    /// The first target after the given one that something waits for, in the order of their names.
    fn next_target(&mut self, after: &str) -> Result<Option<String>, StoreError>;

    /// Gives up, of what has been due to a target since before a time, up to `limit`; tells how many.
    fn give_up_stranded_notices(
        &mut self,
        target: &str,
        before: Timestamp,
        dead: Timestamp,
        error: &str,
        limit: i64,
    ) -> Result<u64, StoreError>;

    /// Notices that were given up, after the given target and id, in the order of both.
    fn dead_notices(&mut self, after: (&str, &str), limit: i64) -> Result<Vec<Notice>, StoreError>;

    /// Makes a notice that was given up due again, as if it were new. False if there is no such.
    fn revive_notice(&mut self, target: &str, id: &str, now: Timestamp)
    -> Result<bool, StoreError>;

    /// Forgets up to `limit` notices that were given up before a time; tells how many.
    fn forget_dead_notices(&mut self, before: Timestamp, limit: i64) -> Result<u64, StoreError>;
}
