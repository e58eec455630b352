use atrium_model::{Arn, OpContext, Partition};

use super::TrailError;

/// The ARN of a topic that a request names by name or ARN; an empty name is none.
///
/// Names have up to 256 letters, digits, hyphens and underscores (Amazon SNS, CreateTopic).
pub(super) fn topic(cx: &OpContext<'_>, given: Option<&str>) -> Result<Option<String>, TrailError> {
    let Some(given) = given.filter(|given| !given.is_empty()) else {
        return Ok(None);
    };
    let fits = |name: &str| {
        (1..=256).contains(&name.len())
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    if fits(given) {
        let (region, account) = (cx.region, &cx.caller.account);
        return Ok(Some(format!(
            "arn:{}:sns:{region}:{account}:{given}",
            Partition::NAME
        )));
    }
    let known = given.parse::<Arn>().is_ok_and(|arn| {
        arn.partition() == Partition::NAME
            && arn.service() == "sns"
            && arn.region().parse::<atrium_model::Region>().is_ok()
            && arn.account().parse::<atrium_model::AccountId>().is_ok()
            && fits(arn.resource())
    });
    match known {
        true => Ok(Some(given.to_owned())),
        false => Err(TrailError::Topic(given.to_owned())),
    }
}
