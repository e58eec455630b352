use std::borrow::Cow;

/// The `eventSource` of a service, named as its model, its signing name or its place in Atrium.
///
/// Services whose event source has another name than they: sso-admin, the access portal and OIDC all write
/// `sso.amazonaws.com`, and what AWS does in its console only (our `atrium` service) is the console's `sso` as well.
pub fn event_source(service: &str) -> Cow<'static, str> {
    match service {
        "sso-admin" | "sso_admin" | "ssoadmin" | "sso" | "sso-oidc" | "sso_oidc" | "atrium" => {
            "sso.amazonaws.com".into()
        }
        "scim" | "identitystore-scim" => "identitystore-scim.amazonaws.com".into(),
        "identitystore" => "identitystore.amazonaws.com".into(),
        "organizations" => "organizations.amazonaws.com".into(),
        "sts" => "sts.amazonaws.com".into(),
        "iam" => "iam.amazonaws.com".into(),
        "account" => "account.amazonaws.com".into(),
        "cloudtrail" => "cloudtrail.amazonaws.com".into(),
        "s3" => "s3.amazonaws.com".into(),
        "signin" => "signin.amazonaws.com".into(),
        other => format!("{other}.amazonaws.com").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_follow_the_services() {
        let cases = [
            ("sso-admin", "sso.amazonaws.com"),
            ("atrium", "sso.amazonaws.com"),
            ("sso-oidc", "sso.amazonaws.com"),
            ("sso-oauth", "sso-oauth.amazonaws.com"),
            ("identitystore", "identitystore.amazonaws.com"),
            ("scim", "identitystore-scim.amazonaws.com"),
            ("organizations", "organizations.amazonaws.com"),
            ("sns", "sns.amazonaws.com"),
        ];
        for (service, want) in cases {
            assert_eq!(event_source(service), want, "{service}");
        }
    }
}
