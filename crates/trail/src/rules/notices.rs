use std::collections::BTreeSet;

use atrium_model::trail::{Notice, TrailFile};
use atrium_model::{AccountId, Arn, Timestamp};
use atrium_store::{StoreError, Tx};
use serde_json::json;

use super::pattern::Wildcard;

/// The target of all notices for trails' topics. No target of the operator's can have this name.
pub const TRAIL_TOPICS: &str = "trails.sns";

/// Which topics may be told of trails' files.
///
/// Whoever makes a trail names a topic, and the server's own credentials publish to it: this keeps them from being lent
/// to everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrailTopics {
    allowed: Vec<Wildcard>,
}

impl TrailTopics {
    /// Topics with these ARNs, in which `*` stands for any characters. If none are given: those of the trail's own
    /// account.
    ///
    /// # Errors
    ///
    /// What is wrong with one of them.
    pub fn new<'a>(allowed: impl IntoIterator<Item = &'a str>) -> Result<Self, &'static str> {
        let allowed = allowed.into_iter().map(Wildcard::parse);
        Ok(Self {
            allowed: allowed.collect::<Result<_, _>>()?,
        })
    }

    /// Whether a trail of the account may have the topic told.
    pub fn permit(&self, topic: &str, account: &AccountId) -> bool {
        match self.allowed.is_empty() {
            true => topic
                .parse::<Arn>()
                .is_ok_and(|arn| arn.account() == account.as_str()),
            false => self.allowed.iter().any(|allowed| allowed.covers(topic)),
        }
    }
}

/// Lets the topic of a file's trail know of the file, which was placed: the notice is kept with it, and sent later.
///
/// If it can't be sent, the trail's status says so.
pub fn tell_topic(
    tx: &mut dyn Tx,
    topics: Option<&TrailTopics>,
    file: &TrailFile,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(topic) = &file.topic else {
        return Ok(());
    };
    let refusal = match topics {
        None => Some("SNS is not set up on this server: see `trails.sns` in the file of rules"),
        Some(topics) if !topics.permit(topic, &file.account) => Some("AuthorizationError"),
        Some(_) => None,
    };
    if let Some(error) = refusal {
        return note(tx, &file.account, &file.trail, now, Some(error));
    }
    tx.insert_notice(&Notice {
        target: TRAIL_TOPICS.to_owned(),
        // One file has it.
        id: file.segment.clone(),
        account: file.account.clone(),
        origin: file.trail.clone(),
        topic: Some(topic.clone()),
        failed_at: None,
        body: json!({"s3Bucket": file.bucket, "s3ObjectKey": [file.name]}).to_string(),
        made: now,
        tries: 0,
        due: Some(now),
        dead: None,
        error: None,
    })
}

/// Puts a notice for each recipient in the place of one for all, which is the caller's.
///
/// From then on each is sent, put off and given up by itself: who has it gets it no more because another has it not.
/// The recipient is the notice's `topic`. Ids go on with `/` and a number: no target's name, and so no dead letter's id,
/// ends like that.
pub fn split(
    tx: &mut dyn Tx,
    notice: &Notice,
    recipients: &BTreeSet<String>,
    now: Timestamp,
) -> Result<(), StoreError> {
    for (number, recipient) in (1..).zip(recipients) {
        tx.insert_notice(&Notice {
            id: format!("{}/{number}", notice.id),
            topic: Some(recipient.clone()),
            due: Some(now),
            ..notice.clone()
        })?;
    }
    tx.delete_notice(&notice.target, &notice.id)?;
    Ok(())
}

/// What becomes of a notice that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was sent.
    Sent,
    /// It is tried again at this time.
    Again {
        /// When.
        due: Timestamp,
        /// Why it failed.
        error: String,
    },
    /// It is given up.
    Dead {
        /// Why it failed.
        error: String,
        /// The target that is told instead, if there is one.
        dead_letter: Option<String>,
    },
}

/// Keeps what became of a claimed notice that was tried at `now`.
///
/// What was sent is done with even if another server has claimed it since, which will then send it once more.
pub fn settle(
    tx: &mut dyn Tx,
    notice: &Notice,
    fate: &Fate,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (is_ours, error) = match fate {
        Fate::Sent => (tx.delete_notice(&notice.target, &notice.id)?, None),
        Fate::Again { due, error } => (tx.put_off_notice(notice, *due, error)?, Some(error)),
        Fate::Dead { error, dead_letter } => {
            let given_up = tx.give_up_notice(notice, now, error)?;
            if let Some(target) = dead_letter.as_ref().filter(|_| given_up) {
                tx.insert_notice(&dead_letter_of(notice, target, error, now))?;
                tx.delete_notice(&notice.target, &notice.id)?;
            }
            (given_up, Some(error))
        }
    };
    if is_ours && notice.target == TRAIL_TOPICS {
        let error = error.map(String::as_str);
        note(tx, &notice.account, &notice.origin, now, error)?;
    }
    Ok(())
}

fn dead_letter_of(notice: &Notice, target: &str, error: &str, now: Timestamp) -> Notice {
    Notice {
        target: target.to_owned(),
        // The target may get it as an event too.
        id: format!("{}.{}", notice.id, notice.target),
        // Whom the other target was to tell is no recipient of this one.
        topic: None,
        failed_at: Some(notice.target.clone()),
        made: now,
        tries: 0,
        due: Some(now),
        error: Some(error.to_owned()),
        ..notice.clone()
    }
}

/// Keeps in a trail's status how telling its topic went.
fn note(
    tx: &mut dyn Tx,
    account: &AccountId,
    trail: &str,
    now: Timestamp,
    error: Option<&str>,
) -> Result<(), StoreError> {
    let mut status = tx.trail_status(account, trail)?;
    status.notify_attempted = Some(now);
    status.notify_error = error.map(str::to_owned);
    if error.is_none() {
        status.notified = Some(now);
    }
    tx.put_trail_status(account, trail, &status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_the_accounts_own_unless_the_operator_names_others() {
        let own = "arn:aws:sns:eu-west-1:111111111111:files";
        let cases: [(&str, &[&str], &str, bool); 9] = [
            ("own account", &[], own, true),
            (
                "another's",
                &[],
                "arn:aws:sns:eu-west-1:222222222222:files",
                false,
            ),
            ("no ARN", &[], "files", false),
            ("named", &[own], own, true),
            (
                "not named",
                &["arn:aws:sns:eu-west-1:222222222222:*"],
                own,
                false,
            ),
            (
                "one of several",
                &["x", "arn:aws:sns:*:111111111111:*"],
                own,
                true,
            ),
            ("the end must fit", &["arn:aws:sns:*:trail"], own, false),
            ("the whole must fit", &["arn:aws:sns"], own, false),
            ("everything", &["*"], own, true),
        ];
        let account = "111111111111".parse().expect("an account");
        for (case, allowed, topic, want) in cases {
            let topics = TrailTopics::new(allowed.iter().copied()).expect("they are well formed");
            assert_eq!(topics.permit(topic, &account), want, "{case}");
        }
    }
}
