//! How a call or a sign-in ended.

use crate::class::Class;
use crate::record::Record;
use crate::shape::Text;

/// The status and its number. Sign-in tells it in fields of its own; otherwise a call without an error succeeded.
pub(super) fn status(record: &Record, class: Class) -> (Text, i32) {
    const SUCCESS: (&str, i32) = ("Success", 1);
    const FAILURE: (&str, i32) = ("Failure", 2);
    let name = record.text("eventName").unwrap_or_default();
    let is_sign_in = record.text("eventSource").as_deref() == Some("signin.amazonaws.com");
    let told = if class == Class::Authentication || is_sign_in {
        // A step of a sign-in is called as the event is.
        record.first(&[
            &format!("responseElements.{name}"),
            &format!("serviceEventDetails.{name}"),
        ])
    } else {
        None
    };
    let (status, id) = match told.as_ref().map(Text::as_str) {
        _ if record.text("errorCode").is_some() => FAILURE,
        // The one event that tells of its failure by a message alone.
        None if name == "ConsoleLogin" && record.text("errorMessage").is_some() => FAILURE,
        Some("Success") | None => SUCCESS,
        Some("Failure") => FAILURE,
        Some(other) => return (other.to_owned().into(), 99),
    };
    (status.into(), id)
}
