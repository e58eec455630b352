use atrium_wire::{Protocol, WireError, encode_error, wire_code};
use serde_json::json;

use crate::request::{header, json as body, op, text};

#[test]
fn codes_and_statuses_are_the_services_own() {
    let denied = || WireError::access_denied("no");
    let cases = [
        (
            "sso-admin:ListInstances",
            denied(),
            400,
            "AccessDeniedException",
        ),
        (
            "sso-admin:ListInstances",
            WireError::throttled("slow"),
            400,
            "ThrottlingException",
        ),
        (
            "sso-admin:ListInstances",
            WireError::internal(),
            500,
            "InternalServerException",
        ),
        (
            "organizations:ListRoots",
            WireError::internal(),
            500,
            "ServiceException",
        ),
        (
            "organizations:ListRoots",
            WireError::throttled("slow"),
            400,
            "TooManyRequestsException",
        ),
        (
            "organizations:ListRoots",
            WireError::validation("x"),
            400,
            "InvalidInputException",
        ),
        (
            "cloudtrail:LookupEvents",
            WireError::internal(),
            500,
            "InternalFailure",
        ),
        (
            "sso:ListAccounts",
            WireError::new("UnauthorizedException", "x"),
            401,
            "UnauthorizedException",
        ),
        (
            "sso:ListAccounts",
            WireError::throttled("x"),
            429,
            "TooManyRequestsException",
        ),
        (
            "sso:ListAccounts",
            WireError::new("ForbiddenException", "No access"),
            403,
            "ForbiddenException",
        ),
        (
            "account:ListRegions",
            denied(),
            403,
            "AccessDeniedException",
        ),
        (
            "account:GetContactInformation",
            WireError::not_found("x"),
            404,
            "ResourceNotFoundException",
        ),
        (
            "sso-oidc:CreateToken",
            WireError::new("InvalidClientException", "x"),
            401,
            "InvalidClientException",
        ),
        (
            "sso-admin:ListInstances",
            WireError::new("Odd", "x").status(418),
            418,
            "Odd",
        ),
    ];
    for (operation, error, status, code) in cases {
        let answer = encode_error(op(operation), &error, "r");
        let got = if op(operation).service.protocol == Protocol::RestJson1 {
            header(&answer, "x-amzn-errortype").to_owned()
        } else {
            body(&answer)["__type"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        assert_eq!(
            (answer.status().as_u16(), got.as_str()),
            (status, code),
            "{operation} {error}"
        );
    }
}

#[test]
fn query_errors() {
    let cases = [
        (
            "iam:GetRole",
            WireError::new("NoSuchEntityException", "x"),
            404,
            "NoSuchEntity",
            "Sender",
        ),
        (
            "iam:GetRole",
            WireError::new("NoSuchEntity", "x"),
            404,
            "NoSuchEntity",
            "Sender",
        ),
        (
            "iam:GetRole",
            WireError::internal(),
            500,
            "ServiceFailure",
            "Receiver",
        ),
        (
            "sts:AssumeRole",
            WireError::access_denied("x"),
            403,
            "AccessDenied",
            "Sender",
        ),
        (
            "sts:AssumeRole",
            WireError::new("MalformedPolicyDocumentException", "x"),
            400,
            "MalformedPolicyDocument",
            "Sender",
        ),
        (
            "sts:AssumeRole",
            WireError::validation("x"),
            400,
            "ValidationError",
            "Sender",
        ),
        (
            "sts:AssumeRole",
            WireError::throttled("x"),
            400,
            "Throttling",
            "Sender",
        ),
        (
            "sts:AssumeRole",
            WireError::internal(),
            500,
            "InternalFailure",
            "Receiver",
        ),
    ];
    for (operation, error, status, code, kind) in cases {
        let answer = encode_error(op(operation), &error, "r");
        assert_eq!(answer.status(), status, "{operation} {error}");
        assert_eq!(wire_code(op(operation), &error), code);
        let want = format!("<Error><Type>{kind}</Type><Code>{code}</Code><Message>");
        assert!(
            text(&answer).contains(&want),
            "{operation} {error}: {}",
            text(&answer)
        );
    }
    assert_eq!(
        text(&encode_error(
            op("sts:AssumeRole"),
            &WireError::access_denied("a < b"),
            "r"
        )),
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>AccessDenied</Code>\
         <Message>a &lt; b</Message></Error><RequestId>r</RequestId></ErrorResponse>"
    );
}

#[test]
fn bodies() {
    let error = WireError::conflict("taken")
        .with("Reason", "UNIQUENESS_CONSTRAINT_VIOLATION")
        .with("RequestId", "r");
    let answer = encode_error(op("identitystore:CreateUser"), &error, "r");
    assert_eq!(
        text(&answer),
        r#"{"__type":"ConflictException","Message":"taken","message":"taken","Reason":"UNIQUENESS_CONSTRAINT_VIOLATION","RequestId":"r"}"#
    );
    let answer = encode_error(
        op("sso-oidc:CreateToken"),
        &WireError::new("AuthorizationPendingException", ""),
        "r",
    );
    assert_eq!(
        body(&answer),
        json!({"error": "authorization_pending", "error_description": ""})
    );
    let answer = encode_error(op("sso-oidc:CreateToken"), &WireError::internal(), "r");
    assert_eq!(
        (answer.status().as_u16(), &body(&answer)["error"]),
        (500, &json!("server_error"))
    );
    let error = WireError::new("InvalidRequestRegionException", "x")
        .with("endpoint", "e")
        .with("region", "r");
    let answer = encode_error(op("sso-oidc:CreateTokenWithIAM"), &error, "r");
    assert_eq!(
        body(&answer),
        json!({"error": "invalid_request", "error_description": "x", "endpoint": "e", "region": "r"})
    );
    let answer = encode_error(
        op("sso:ListAccounts"),
        &WireError::new("UnauthorizedException", "x"),
        "r",
    );
    assert_eq!(text(&answer), r#"{"message":"x"}"#);
    let error = WireError::access_denied("x").with("errorType", "T");
    assert_eq!(
        text(&encode_error(op("account:ListRegions"), &error, "r")),
        r#"{"message":"x"}"#
    );
}

#[test]
fn unknown_operations_in_every_protocol() {
    let unknown = WireError::unknown_operation("");
    let json = encode_error(Protocol::AwsJson11, &unknown, "r");
    assert_eq!(
        (json.status().as_u16(), &body(&json)["__type"]),
        (400, &json!("UnknownOperationException"))
    );
    let query = encode_error(Protocol::AwsQuery, &unknown, "r");
    assert!(text(&query).contains("<Code>InvalidAction</Code>"));
    let rest = encode_error(Protocol::RestJson1, &unknown, "r");
    assert_eq!(
        (rest.status().as_u16(), header(&rest, "x-amzn-errortype")),
        (404, "UnknownOperationException")
    );
}
