use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use atrium_api::LaneSettings;
use atrium_model::Arn;
use atrium_notify::{Aws, EmailTarget, QueueTarget, Target, TopicTarget, WebhookTarget};
use atrium_trail::rules::{Retry, TrailTopics};

use super::keys::{Keys, Place};
use super::rules::{NAMES, is_name};
use crate::cli::Failure;

/// The most targets.
const MOST: usize = 100;

/// How to reach a target.
#[derive(Debug)]
pub(crate) enum TargetPlan {
    /// A topic of SNS by its ARN, or whichever is named.
    Topic(Aws, Option<String>),
    /// A queue of SQS by its URL or ARN.
    Queue(Aws, String),
    /// One that needs nothing else.
    Ready(Box<Target>),
}

impl TargetPlan {
    /// The target.
    pub(crate) async fn open(self) -> Target {
        match self {
            Self::Topic(aws, topic) => Target::Topic(TopicTarget::new(&aws, topic).await),
            Self::Queue(aws, queue) => Target::Queue(QueueTarget::new(&aws, queue).await),
            Self::Ready(target) => *target,
        }
    }

    /// Who each get a notice of their own.
    fn recipients(&self) -> BTreeSet<String> {
        match self {
            Self::Topic(..) | Self::Queue(..) => BTreeSet::new(),
            Self::Ready(target) => target.recipients(),
        }
    }

    /// What kind it is.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Topic(..) => "sns",
            Self::Queue(..) => "sqs",
            Self::Ready(target) => match **target {
                Target::Email(_) => "email",
                _ => "webhook",
            },
        }
    }
}

/// Reads all targets.
pub(super) fn all(keys: Keys<'_>) -> Result<BTreeMap<String, (TargetPlan, LaneSettings)>, Failure> {
    let source = keys.source;
    let mut targets = BTreeMap::new();
    let mut dead_letters: Vec<(String, Place)> = Vec::new();
    for (name, mut keys) in keys.named_tables()? {
        if !is_name(&name) || targets.len() >= MOST {
            let why = format!("{NAMES}, and there are up to {MOST} targets");
            return Err(keys.wrong(&keys.place, why));
        }
        let plan = plan(&mut keys)?;
        let mut lane = lane(&mut keys)?;
        lane.recipients = plan.recipients();
        if let Some((dead_letter, place)) = keys.text("dead_letter")? {
            dead_letters.push((dead_letter.clone(), place));
            lane.dead_letter = Some(dead_letter);
        }
        keys.finish()?;
        targets.insert(name, (plan, lane));
    }
    for (name, place) in dead_letters {
        let why = match targets.get(&name) {
            None => format!("there is no target `{name}`"),
            Some((_, lane)) if lane.dead_letter.is_some() => {
                format!("`{name}` has a dead_letter of its own")
            }
            Some(_) => continue,
        };
        return Err(source.wrong(&place, why));
    }
    Ok(targets)
}

/// Reads `[trails.sns]`.
pub(super) fn topics(
    mut keys: Keys<'_>,
) -> Result<(TrailTopics, TargetPlan, LaneSettings), Failure> {
    let (allowed, place) = match keys.texts("topics")? {
        Some(given) => given,
        None => (Vec::new(), keys.place.clone()),
    };
    let topics = TrailTopics::new(allowed.iter().map(String::as_str));
    let topics = topics.map_err(|why| keys.wrong(&place, why))?;
    let plan = TargetPlan::Topic(aws(&mut keys)?, None);
    let lane = lane(&mut keys)?;
    keys.finish()?;
    Ok((topics, plan, lane))
}

fn plan(keys: &mut Keys<'_>) -> Result<TargetPlan, Failure> {
    let (kind, place) = keys.needed("type")?;
    match kind.as_str() {
        "sns" => topic(keys),
        "sqs" => queue(keys),
        "webhook" => webhook(keys).map(|hook| TargetPlan::Ready(Box::new(hook))),
        "email" => email(keys).map(|mail| TargetPlan::Ready(Box::new(mail))),
        _ => Err(keys.wrong(&place, "expected sns, sqs, webhook or email")),
    }
}

fn topic(keys: &mut Keys<'_>) -> Result<TargetPlan, Failure> {
    let (topic, place) = keys.needed("topic")?;
    let is_topic = topic.parse::<Arn>().is_ok_and(|arn| arn.service() == "sns");
    if !is_topic {
        return Err(keys.wrong(&place, "expected the ARN of an SNS topic"));
    }
    Ok(TargetPlan::Topic(aws(keys)?, Some(topic)))
}

fn queue(keys: &mut Keys<'_>) -> Result<TargetPlan, Failure> {
    let (queue, place) = keys.needed("queue")?;
    let aws = aws(keys)?;
    let is_queue = queue.parse::<Arn>().is_ok_and(|arn| arn.service() == "sqs");
    let is_url = queue.starts_with("https://") || queue.starts_with("http://");
    match (is_queue, is_url) {
        (true, _) => Ok(TargetPlan::Queue(aws, queue)),
        (_, true) if aws.region.is_some() => Ok(TargetPlan::Queue(aws, queue)),
        (_, true) => Err(keys.wrong(
            &place,
            "the key `region` is missing: a URL does not tell it",
        )),
        _ => Err(keys.wrong(&place, "expected the ARN or the URL of an SQS queue")),
    }
}

fn aws(keys: &mut Keys<'_>) -> Result<Aws, Failure> {
    let endpoint = keys.text("endpoint")?;
    if let Some((url, place)) = &endpoint
        && !(url.starts_with("http://") || url.starts_with("https://"))
    {
        return Err(keys.wrong(place, "expected a URL such as http://127.0.0.1:4566"));
    }
    let text = |found: Option<(String, Place)>| found.map(|(text, _)| text);
    Ok(Aws {
        region: text(keys.text("region")?),
        endpoint: text(endpoint),
        profile: text(keys.text("profile")?),
    })
}

fn webhook(keys: &mut Keys<'_>) -> Result<Target, Failure> {
    let (url, url_place) = keys.needed_or_in_file("url")?;
    let (secret, secret_place) = keys.needed_or_in_file("secret")?;
    let secret = secret
        .parse()
        .map_err(|error| keys.wrong(&secret_place, error))?;
    let webhook = WebhookTarget::new(&url, secret);
    let webhook = webhook.map_err(|error| keys.wrong(&url_place, error))?;
    Ok(Target::Webhook(webhook))
}

fn email(keys: &mut Keys<'_>) -> Result<Target, Failure> {
    let (url, url_place) = keys.needed_or_in_file("url")?;
    let (from, place) = keys.needed("from")?;
    let from = EmailTarget::mailbox(&from).map_err(|error| keys.wrong(&place, error))?;
    let (to, place) = match keys.texts("to")? {
        Some((to, place)) if !to.is_empty() => (to, place),
        _ => return Err(keys.wrong(&keys.place, "the key `to` is missing, or names nobody")),
    };
    let to = to.iter().map(|text| EmailTarget::mailbox(text));
    let to = to
        .collect::<Result<_, _>>()
        .map_err(|error| keys.wrong(&place, error))?;
    let email = EmailTarget::new(&url, from, to);
    let email = email.map_err(|error| keys.wrong(&url_place, error))?;
    Ok(Target::Email(email))
}

fn lane(keys: &mut Keys<'_>) -> Result<LaneSettings, Failure> {
    let usual = LaneSettings::default();
    let seconds = |number: u32| Duration::from_secs(number.into());
    let lane = LaneSettings {
        timeout: seconds(keys.number("timeout", 1..=60, 10)?),
        at_once: keys.number("at_once", 1..=64, 4)? as usize,
        ..usual
    };
    let Some(mut keys) = keys.table("retry")? else {
        return Ok(lane);
    };
    let retry = Retry {
        attempts: keys.number("attempts", 1..=1000, lane.retry.attempts)?,
        age: seconds(keys.number("age", 1..=86_400, 86_400)?),
        pause: seconds(keys.number("pause", 1..=3600, 1)?),
        longest: seconds(keys.number("longest", 1..=3600, 900)?),
    };
    keys.finish()?;
    Ok(LaneSettings { retry, ..lane })
}
