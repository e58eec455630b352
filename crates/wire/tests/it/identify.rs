use atrium_wire::{Protocol, guess_protocol, identify};

use crate::request::parts;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[test]
fn requests_find_their_operation() {
    let target = |value| vec![("x-amz-target", value)];
    let cases = [
        (
            "sso-admin",
            "POST",
            "/",
            target("SWBExternalService.ListInstances"),
            "",
            "sso-admin:ListInstances",
        ),
        (
            "identity store",
            "POST",
            "/",
            target("AWSIdentityStore.CreateUser"),
            "{}",
            "identitystore:CreateUser",
        ),
        (
            "organizations",
            "POST",
            "/",
            target("AWSOrganizationsV20161128.ListRoots"),
            "",
            "organizations:ListRoots",
        ),
        (
            "our own",
            "POST",
            "/",
            target("AtriumConsole.StartSSO"),
            "",
            "atrium:StartSSO",
        ),
        (
            "trail, long",
            "POST",
            "/",
            target("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"),
            "",
            "cloudtrail:LookupEvents",
        ),
        (
            "trail, short",
            "POST",
            "/",
            target("CloudTrail_20131101.LookupEvents"),
            "",
            "cloudtrail:LookupEvents",
        ),
        (
            "unknown name",
            "POST",
            "/",
            target("SWBExternalService.Nope"),
            "",
            "UnknownOperationException",
        ),
        (
            "unknown prefix",
            "POST",
            "/",
            target("Nope.ListInstances"),
            "",
            "UnknownOperationException",
        ),
        (
            "no prefix",
            "POST",
            "/",
            target(".ListInstances"),
            "",
            "UnknownOperationException",
        ),
        (
            "wrong method",
            "GET",
            "/",
            target("SWBExternalService.ListInstances"),
            "",
            "UnknownOperationException",
        ),
        (
            "sts",
            "POST",
            "/",
            vec![FORM],
            "Action=GetCallerIdentity&Version=2011-06-15",
            "sts:GetCallerIdentity",
        ),
        (
            "sts by GET",
            "GET",
            "/?Action=GetCallerIdentity&Version=2011-06-15",
            vec![],
            "",
            "sts:GetCallerIdentity",
        ),
        (
            "iam",
            "POST",
            "/",
            vec![FORM],
            "Version=2010-05-08&Action=ListRoles",
            "iam:ListRoles",
        ),
        (
            "other version",
            "POST",
            "/",
            vec![FORM],
            "Version=2011-06-15&Action=ListRoles",
            "InvalidAction",
        ),
        (
            "no version",
            "POST",
            "/",
            vec![FORM],
            "Action=ListRoles",
            "InvalidAction",
        ),
        (
            "no action",
            "POST",
            "/",
            vec![FORM],
            "Version=2010-05-08",
            "MissingAction",
        ),
        (
            "portal",
            "GET",
            "/assignment/accounts?max_result=5",
            vec![],
            "",
            "sso:ListAccounts",
        ),
        (
            "oidc",
            "POST",
            "/token",
            vec![],
            "{}",
            "sso-oidc:CreateToken",
        ),
        (
            "oidc with IAM",
            "POST",
            "/token?aws_iam=t",
            vec![],
            "{}",
            "sso-oidc:CreateTokenWithIAM",
        ),
        (
            "account",
            "POST",
            "/listRegions",
            vec![],
            "{}",
            "account:ListRegions",
        ),
        (
            "no such path",
            "POST",
            "/nope",
            vec![],
            "{}",
            "UnknownOperationException",
        ),
        (
            "other method",
            "DELETE",
            "/token",
            vec![],
            "{}",
            "UnknownOperationException",
        ),
    ];
    for (case, method, uri, headers, body, want) in cases {
        let got = match identify(&parts(method, uri, &headers), body.as_bytes()) {
            Ok(operation) => format!("{operation:?}"),
            Err(error) => error.code.into_owned(),
        };
        assert_eq!(got, want, "{case}");
    }
}

#[test]
fn unknown_requests_are_answered_in_their_protocol() {
    let cases = [
        (
            parts("POST", "/", &[("x-amz-target", "A.B")]),
            Protocol::AwsJson11,
        ),
        (
            parts(
                "POST",
                "/",
                &[("content-type", "application/x-amz-json-1.0")],
            ),
            Protocol::AwsJson10,
        ),
        (parts("POST", "/", &[FORM]), Protocol::AwsQuery),
        (parts("GET", "/?Action=X", &[]), Protocol::AwsQuery),
        (parts("POST", "/token", &[FORM]), Protocol::RestJson1),
        (parts("GET", "/", &[]), Protocol::RestJson1),
    ];
    for (parts, want) in cases {
        assert_eq!(
            guess_protocol(&parts),
            want,
            "{} {}",
            parts.method,
            parts.uri
        );
    }
}
