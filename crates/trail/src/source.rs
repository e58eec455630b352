use atrium_model::Region;

/// The `eventSource` of a service, named as its model, its signing name or its place in Atrium.
///
/// Services whose event source has another name than they: sso-admin, the access portal and OIDC all write
/// `sso.amazonaws.com`, and what AWS does in its console only (our `atrium` service) is the console's `sso` as well.
/// So is a service that is not known here.
pub fn event_source(service: &str) -> &'static str {
    match service {
        "account" => "account.amazonaws.com",
        "cloudtrail" => "cloudtrail.amazonaws.com",
        "cloudtrail-data" => "cloudtrail-data.amazonaws.com",
        "events" => "events.amazonaws.com",
        "iam" => "iam.amazonaws.com",
        "identitystore" => "identitystore.amazonaws.com",
        "identitystore-scim" | "scim" => "identitystore-scim.amazonaws.com",
        "organizations" => "organizations.amazonaws.com",
        "s3" => "s3.amazonaws.com",
        "signin" => "signin.amazonaws.com",
        "sns" => "sns.amazonaws.com",
        "sqs" => "sqs.amazonaws.com",
        "sso-directory" => "sso-directory.amazonaws.com",
        "sso-oauth" => "sso-oauth.amazonaws.com",
        "sts" => "sts.amazonaws.com",
        _ => "sso.amazonaws.com",
    }
}

/// The `awsRegion` of a source's events: that of the endpoint which was called, `endpoint`.
///
/// Services without Regions have a single endpoint, in us-east-1, whatever Region a caller signs for. STS has one in each.
pub fn event_region<'a>(event_source: &str, endpoint: &'a Region) -> &'a Region {
    match event_source {
        "account.amazonaws.com" | "iam.amazonaws.com" | "organizations.amazonaws.com" => {
            &Region::US_EAST_1
        }
        _ => endpoint,
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
            ("s3", "s3.amazonaws.com"),
        ];
        for (service, want) in cases {
            assert_eq!(event_source(service), want, "{service}");
        }
    }

    #[test]
    fn services_without_regions_are_in_one() {
        let signed: Region = "ap-southeast-2".parse().expect("a Region");
        let cases = [
            ("account", "us-east-1"),
            ("iam", "us-east-1"),
            ("organizations", "us-east-1"),
            ("sts", "ap-southeast-2"),
            ("sso-admin", "ap-southeast-2"),
            ("s3", "ap-southeast-2"),
            ("cloudtrail", "ap-southeast-2"),
        ];
        for (service, want) in cases {
            let region = event_region(event_source(service), &signed);
            assert_eq!(region.as_str(), want, "{service}");
        }
    }
}
