//! The codes of OAuth 2.0 for what can go wrong. AWS does not publish its texts.

use atrium_issuer::IssuerError;
use atrium_signin::ExchangeError;
use atrium_wire::WireError;

use crate::call::store_failure;

/// The answer to an assertion that can't be believed.
pub(super) fn of_issuer(error: &IssuerError) -> WireError {
    match error.is_of_issuer() {
        true => invalid_request(format!("The assertion can't be checked: {error}.")),
        false => invalid_grant(format!("The assertion is not valid: {error}.")),
    }
}

/// The answer to an exchange that breaks a rule.
pub(super) fn of_exchange(error: ExchangeError) -> WireError {
    match error {
        ExchangeError::Application => WireError::new(
            "UnauthorizedClientException",
            "The application is disabled.",
        ),
        ExchangeError::NotGranted(_) => WireError::new(
            "UnauthorizedClientException",
            "The application is not authorized to use this grant type.",
        ),
        ExchangeError::UnknownIssuer => {
            invalid_grant("The application does not trust the issuer of the assertion.")
        }
        ExchangeError::Audience => {
            invalid_grant("The assertion is for no audience that the application authorizes.")
        }
        ExchangeError::Nobody => {
            invalid_grant("The assertion stands for no user of the identity store.")
        }
        ExchangeError::Token => invalid_grant("Invalid token provided"),
        ExchangeError::Disabled => invalid_grant("The user is disabled."),
        ExchangeError::NotAssigned => {
            WireError::access_denied("The user is not assigned to the application.")
        }
        ExchangeError::Scope(scope) => WireError::new(
            "InvalidScopeException",
            format!("The scope {scope} is not one of the application's."),
        ),
        ExchangeError::Store(error) => store_failure(error),
    }
}

pub(super) fn invalid_request(message: impl Into<String>) -> WireError {
    WireError::new("InvalidRequestException", message)
}

pub(super) fn invalid_grant(message: impl Into<String>) -> WireError {
    WireError::new("InvalidGrantException", message)
}
