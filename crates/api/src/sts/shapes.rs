use atrium_iam::{Credentials, SessionPolicies};
use atrium_model::iam::Tag;
use atrium_wire::sts as wire;

use crate::iam::date;

pub(super) fn credentials(issued: Credentials) -> wire::Credentials {
    wire::Credentials {
        access_key_id: issued.access_key_id,
        secret_access_key: issued.secret,
        session_token: issued.session_token,
        expiration: date(issued.expires),
    }
}

pub(super) fn tags(tags: Option<Vec<wire::Tag>>) -> Vec<Tag> {
    let tags = tags.unwrap_or_default().into_iter();
    tags.map(|wire::Tag { key, value }| Tag { key, value })
        .collect()
}

pub(super) fn policies(
    inline: Option<String>,
    arns: Option<Vec<wire::PolicyDescriptorType>>,
) -> SessionPolicies {
    let arns = arns
        .unwrap_or_default()
        .into_iter()
        .filter_map(|policy| policy.arn)
        .collect();
    SessionPolicies { inline, arns }
}
