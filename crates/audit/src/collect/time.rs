//! Times as the SDK gives them, as plain values.

use aws_smithy_types::DateTime;
use jiff::Timestamp;

/// The same moment; `None` for one outside what a timestamp holds.
pub(super) fn timestamp(time: Option<&DateTime>) -> Option<Timestamp> {
    let time = time?;
    let nanos = i32::try_from(time.subsec_nanos()).ok()?;
    Timestamp::new(time.secs(), nanos).ok()
}
