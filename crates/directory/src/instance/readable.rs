use atrium_model::OpContext;
use atrium_model::directory::Instance;
use atrium_model::lake::PeopleSource;
use atrium_store::{StoreError, Tx};

use super::list_instances;

/// How many instances that are gone are told of.
const FORMER: i64 = 1_000;

/// Whose people an account may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readable {
    /// Its instance and its organization's.
    pub present: Vec<Instance>,
    /// Instances that it owned and that are gone, at most a thousand of them.
    pub former: Vec<PeopleSource>,
}

/// The instances, in whichever Region, whose people the caller's account may read: those that it sees, and those that it
/// owned before. Other accounts' account instances are none of its business, even if it manages their organization.
pub fn readable_instances(cx: &OpContext<'_>, tx: &mut dyn Tx) -> Result<Readable, StoreError> {
    // One of its own, and one of its organization's.
    let present = list_instances(cx, tx, None, None, 2)?;
    let former = tx.former_sources(&cx.caller.account, FORMER)?;
    Ok(Readable { present, former })
}
