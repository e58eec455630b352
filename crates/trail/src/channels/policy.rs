//! Who may put events into a channel; "Resource-based policy examples for channels" in the CloudTrail user guide.

use atrium_model::lake::Channel;
use atrium_policy::{Policy, PolicyKind};
use atrium_store::ChannelTx;

use super::ChannelRuleError;
use super::update::keep;

/// The only action of such a policy.
pub(super) const ACTION: &str = "cloudtrail-data:PutAuditEvents";
/// The most statements.
const STATEMENTS: usize = 20;
/// The most principals of a statement.
const PRINCIPALS: usize = 50;

/// Keeps a channel's policy, in place of the one before.
pub fn put_policy(
    tx: &mut dyn ChannelTx,
    mut channel: Channel,
    content: &str,
) -> Result<Channel, ChannelRuleError> {
    check(&channel, content)?;
    channel.policy = Some(content.to_owned());
    keep(tx, &channel)?;
    Ok(channel)
}

/// Removes a channel's policy.
pub fn delete_policy(tx: &mut dyn ChannelTx, mut channel: Channel) -> Result<(), ChannelRuleError> {
    if channel.policy.take().is_none() {
        return Err(ChannelRuleError::NoPolicy(channel.arn()));
    }
    keep(tx, &channel)
}

fn check(channel: &Channel, content: &str) -> Result<(), ChannelRuleError> {
    let broken = |why: String| Err(ChannelRuleError::Policy(why));
    let policy = match Policy::parse(content, PolicyKind::Resource) {
        Ok(policy) => policy,
        Err(error) => return broken(format!("The policy is not valid: {}.", error.detail())),
    };
    if policy.statements().len() > STATEMENTS {
        return broken(format!("A policy has at most {STATEMENTS} statements."));
    }
    let arn = channel.arn();
    for statement in policy.statements() {
        let (_, principals) = statement.principals();
        if principals.len() > PRINCIPALS {
            return broken(format!("A statement has at most {PRINCIPALS} principals."));
        }
        let (is_not, mut actions) = statement.actions();
        if is_not || !actions.all(|action| action.eq_ignore_ascii_case(ACTION)) {
            return broken(format!(
                "The only action of a channel's policy is {ACTION}."
            ));
        }
        let (is_not, mut resources) = statement.resources();
        if is_not || !resources.all(|resource| resource == arn) {
            return broken(format!(
                "The resource of the policy must be the channel, {arn}."
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use atrium_model::Region;
    use atrium_model::lake::Ingestion;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_policy_is_about_its_channel_alone() {
        let channel = Channel {
            account: "111122223333".parse().expect("an account"),
            id: "9c0f3f0e-1111-4222-8333-0123456789ab".to_owned(),
            region: Region::US_EAST_1,
            name: "the-channel".to_owned(),
            source: "Custom".to_owned(),
            stores: Vec::new(),
            tags: Vec::new(),
            policy: None,
            ingestion: Ingestion::default(),
            created: atrium_model::Timestamp::default(),
        };
        let statement = |change: (&str, Value)| {
            let mut statement = json!({"Effect": "Allow", "Principal": {"AWS": "444455556666"},
                "Action": ACTION, "Resource": channel.arn()});
            statement[change.0] = change.1;
            statement
        };
        let policy = |statements: Vec<Value>| {
            json!({"Version": "2012-10-17", "Statement": statements}).to_string()
        };
        let good = statement(("Sid", json!("partners")));
        let many: Vec<String> = (0..51).map(|n| format!("4444555566{n:02}")).collect();
        let cases = [
            ("a partner", policy(vec![good.clone()]), true),
            (
                "twenty statements",
                policy(
                    (0..20)
                        .map(|n| statement(("Sid", json!(format!("s{n}")))))
                        .collect(),
                ),
                true,
            ),
            (
                "one more",
                policy(
                    (0..21)
                        .map(|n| statement(("Sid", json!(format!("s{n}")))))
                        .collect(),
                ),
                false,
            ),
            (
                "a condition",
                policy(vec![statement((
                    "Condition",
                    json!({"StringEquals": {"cloudtrail:ExternalId": "x1"}}),
                ))]),
                true,
            ),
            (
                "another action",
                policy(vec![statement(("Action", json!("cloudtrail:GetChannel")))]),
                false,
            ),
            (
                "any action",
                policy(vec![statement(("Action", json!("*")))]),
                false,
            ),
            (
                "another resource",
                policy(vec![statement(("Resource", json!("*")))]),
                false,
            ),
            (
                "too many",
                policy(vec![statement(("Principal", json!({ "AWS": many })))]),
                false,
            ),
            (
                "nobody",
                policy(vec![statement(("Principal", json!(null)))]),
                false,
            ),
            ("no statement", policy(vec![]), false),
            ("no JSON", "{".to_owned(), false),
        ];
        for (case, content, want) in cases {
            let found = check(&channel, &content);
            assert_eq!(found.is_ok(), want, "{case}: {found:?}");
        }
    }
}
