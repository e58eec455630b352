//! What can be known of a request before its transaction.

use std::any::Any;
use std::sync::Arc;

use atrium_model::{Caller, Region, Timestamp};
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
