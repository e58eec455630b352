//! What can be known of a request before its transaction.

use std::any::Any;
use std::sync::Arc;

use atrium_model::{AccountId, Caller, Region, Timestamp};
use atrium_wire::OperationMeta;

use crate::Services;
use crate::facts::RequestFacts;

/// A request that was read and whose transaction has not begun: there is time to ask other servers.
#[derive(Clone)]
pub(crate) struct Arrival {
    /// What the server works with.
    pub(crate) services: Arc<Services>,
    /// Which operation it is.
    pub(crate) operation: &'static OperationMeta,
    /// What the HTTP request says.
    pub(crate) facts: Arc<RequestFacts>,
    /// When it came.
    pub(crate) now: Timestamp,
    /// Who signed it; nobody has signed what is open to all.
    pub(crate) signed: Option<Signed>,
}

/// Whose call a signed one is, and where. What they may do is decided in the transaction.
#[derive(Clone)]
pub(crate) struct Signed {
    /// The caller's account.
    pub(crate) account: AccountId,
    /// The Region of the call.
    pub(crate) region: Region,
}

/// Whose call an unsigned one is. Nothing is allowed them by policies: a handler decides by what they brought.
pub(crate) struct Visitor {
    /// A caller for whom [`Caller::is_visitor`] holds, in the account that gets to know of the call.
    pub(crate) caller: Caller,
    /// Where the call belongs; none if it follows from the host that was asked.
    pub(crate) region: Option<Region>,
}

/// What was found out before the transaction, for the operation's handler.
pub(crate) type Prepared = Arc<dyn Any + Send + Sync>;

/// What most operations need to find out.
pub(crate) fn nothing() -> Prepared {
    Arc::new(())
}
