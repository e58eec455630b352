//! What rules pick reaches its targets, whatever fails on the way.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use atrium_api::{
    Clock as _, LaneSettings, RuleSettings, SendError, Sender, Settings, begin_rules, deliver, tell,
};
use atrium_model::trail::Notice;
use atrium_store::{EventPosition, StoreError};
use atrium_testkit::{Options, Server, on_both_engines};
use atrium_trail::rules::{EventPattern, Retry, Rule, Rules, TrailTopics};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::world::REGION;

on_both_engines!(options();
    events_reach_the_targets_of_rules_that_pick_them,
    what_fails_is_tried_again_until_it_is_a_dead_letter,
    a_target_that_is_slow_holds_up_no_other,
    what_a_server_was_sending_when_it_died_is_sent_by_another,
    servers_share_the_sending,
    a_full_mailbox_floods_no_other,
    a_slow_mailbox_keeps_mail_from_no_other,
    a_mailboxs_dead_letter_is_told_to_all_who_are_to_know,
    what_waited_before_mailboxes_were_told_one_by_one_is_sent,
    servers_share_the_mailboxes,
    topics_are_told_of_files,
    a_topic_that_may_not_be_told_is_in_the_trails_status,
);

const TOPIC: &str = "files";
const INTERVAL: Duration = Duration::from_secs(10);
/// The mailboxes of the target `mail`.
const MAILBOXES: [&str; 3] = ["a@example.com", "b@example.com", "c@example.com"];

fn rule(name: &str, event: &str, targets: &[&str]) -> Rule {
    Rule {
        name: name.to_owned(),
        description: None,
        pattern: EventPattern::new(&json!({"detail": {"eventName": [event]}})).unwrap(),
        all_management_events: false,
        targets: targets.iter().map(|&target| target.to_owned()).collect(),
    }
}

fn options() -> Options {
    let lane = LaneSettings {
        retry: Retry {
            attempts: 3,
            ..Retry::default()
        },
        timeout: Duration::from_millis(500),
        ..LaneSettings::default()
    };
    let with_dead_letters = LaneSettings {
        dead_letter: Some("letters".to_owned()),
        ..lane.clone()
    };
    let mail = LaneSettings {
        recipients: MAILBOXES.map(str::to_owned).into(),
        ..lane.clone()
    };
    let desk = LaneSettings {
        recipients: BTreeSet::from(["desk@example.com".to_owned()]),
        dead_letter: Some("mail".to_owned()),
        ..lane.clone()
    };
    let lanes = [
        ("first", lane.clone()),
        ("second", with_dead_letters),
        ("letters", lane.clone()),
        ("mail", mail),
        ("desk", desk),
    ];
    let rules = RuleSettings {
        rules: Rules(vec![
            rule("users", "CreateUser", &["first", "second"]),
            rule("groups", "CreateGroup", &["second"]),
            rule("roles", "CreateRole", &["mail"]),
            rule("roles-gone", "DeleteRole", &["desk"]),
        ]),
        lanes: lanes
            .into_iter()
            .map(|(name, lane)| (name.to_owned(), lane))
            .collect(),
        topics: Some((TrailTopics::default(), lane)),
    };
    Options {
        settings: Settings {
            rules: Some(rules),
            trail_interval: INTERVAL,
            ..Settings::default()
        },
        ..Options::default()
    }
}

/// What a target does with what it gets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    Busy,
    Gone,
    Silent,
}

/// Keeps what it is sent, unless the target or its mailbox is in another mood.
#[derive(Default)]
struct Recorder {
    moods: Mutex<BTreeMap<String, Mood>>,
    sent: Mutex<Vec<Notice>>,
    tried: Mutex<usize>,
    asked: Notify,
}

#[async_trait]
impl Sender for Recorder {
    async fn send(&self, notice: &Notice) -> Result<(), SendError> {
        *self.tried.lock().unwrap() += 1;
        self.asked.notify_one();
        let mood = {
            let moods = self.moods.lock().unwrap();
            let mailbox = notice.topic.as_ref().and_then(|mailbox| moods.get(mailbox));
            mailbox.or_else(|| moods.get(&notice.target)).copied()
        };
        match mood {
            None => {
                self.sent.lock().unwrap().push(notice.clone());
                Ok(())
            }
            Some(Mood::Silent) => std::future::pending().await,
            Some(mood) => Err(SendError {
                message: "not now".to_owned(),
                is_final: mood == Mood::Gone,
                after: None,
            }),
        }
    }
}

impl Recorder {
    fn set(&self, target: &str, mood: Option<Mood>) {
        let mut moods = self.moods.lock().unwrap();
        match mood {
            Some(mood) => drop(moods.insert(target.to_owned(), mood)),
            None => drop(moods.remove(target)),
        }
    }

    /// Target, rules and name of the event of everything that was sent.
    fn told(&self) -> Vec<(String, String, String)> {
        let sent = self.sent.lock().unwrap();
        let told = sent.iter().map(|notice| {
            let body: Value = serde_json::from_str(&notice.body).unwrap();
            assert_eq!(body["account"], notice.account.as_str());
            let name = body["detail"]["eventName"].as_str().unwrap().to_owned();
            (notice.target.clone(), notice.origin.clone(), name)
        });
        let mut told: Vec<_> = told.collect();
        told.sort();
        told
    }

    /// Who got what: mailboxes, or the name of a target that has none.
    fn mailed(&self) -> Vec<String> {
        let sent = self.sent.lock().unwrap();
        let to = |notice: &Notice| notice.topic.as_ref().unwrap_or(&notice.target).clone();
        let mut mailed: Vec<_> = sent.iter().map(to).collect();
        mailed.sort();
        mailed
    }

    fn tried(&self) -> usize {
        *self.tried.lock().unwrap()
    }
}

async fn make(server: &Server, operation: &str, input: Value) {
    let by = server.admin();
    let made = server.call(by, REGION, "iam", operation, input);
    made.await.ok();
}

/// Tells until something holds: on PostgreSQL other tests' transactions may hold events back for a moment.
async fn tell_until(server: &Server, sender: &dyn Sender, done: impl Fn() -> bool) {
    for _ in 0..600 {
        tell(server.services(), sender).await.unwrap();
        if done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it is not told");
}

/// Waits until whoever reads the log finds an event in it.
async fn wait_for_event(server: &Server, name: &str) {
    for _ in 0..600 {
        let store = &server.services().store;
        let found = store.read(|tx| tx.events_after(EventPosition::START, 1000));
        let found = found
            .await
            .unwrap_or_else(|error: StoreError| panic!("{error}"));
        if found.iter().any(|one| one.event.name == name) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no {name} in the log");
}

fn told(target: &str, rules: &str, event: &str) -> (String, String, String) {
    (target.to_owned(), rules.to_owned(), event.to_owned())
}

async fn events_reach_the_targets_of_rules_that_pick_them(server: Server) {
    let sender = Recorder::default();
    make(&server, "CreateUser", json!({"UserName": "before"})).await;
    wait_for_event(&server, "CreateUser").await;
    // What happened before is nobody's business.
    begin_rules(server.services()).await.unwrap();
    make(&server, "CreateUser", json!({"UserName": "ann"})).await;
    make(&server, "CreateGroup", json!({"GroupName": "all"})).await;
    make(&server, "ListUsers", json!({})).await;
    server.flush_events().await;
    tell_until(&server, &sender, || sender.told().len() >= 3).await;
    let want = [
        told("first", "users", "CreateUser"),
        told("second", "groups", "CreateGroup"),
        told("second", "users", "CreateUser"),
    ];
    assert_eq!(sender.told(), want);
    // Who begins when another has read on reads on too.
    begin_rules(server.services()).await.unwrap();
    tell(server.services(), &sender).await.unwrap();
    assert_eq!(sender.told(), want);
}

async fn what_fails_is_tried_again_until_it_is_a_dead_letter(server: Server) {
    let sender = Recorder::default();
    begin_rules(server.services()).await.unwrap();
    sender.set("first", Some(Mood::Busy));
    sender.set("second", Some(Mood::Gone));
    make(&server, "CreateUser", json!({"UserName": "ann"})).await;
    tell_until(&server, &sender, || sender.tried() >= 3).await;
    // What the second refuses for good is told to its dead letters at once.
    assert_eq!(sender.told(), [told("letters", "users", "CreateUser")]);
    let letter = sender.sent.lock().unwrap()[0].clone();
    assert_eq!(letter.failed_at.as_deref(), Some("second"));
    assert_eq!(letter.error.as_deref(), Some("not now"));

    for tries in [4, 5] {
        tell(server.services(), &sender).await.unwrap();
        assert_eq!(sender.tried(), tries - 1, "it is not yet time");
        server.clock().advance(Duration::from_secs(2));
        tell(server.services(), &sender).await.unwrap();
        assert_eq!(sender.tried(), tries);
    }
    server.clock().advance(Duration::from_secs(60));
    tell(server.services(), &sender).await.unwrap();
    assert_eq!(sender.tried(), 5, "it was given up");
    let store = &server.services().store;
    let dead = store.read(|tx| tx.dead_notices(("", ""), 9)).await;
    let dead = dead.unwrap_or_else(|error: StoreError| panic!("{error}"));
    assert_eq!(dead.len(), 1);
    assert_eq!((dead[0].target.as_str(), dead[0].tries), ("first", 3));

    sender.set("first", None);
    let (id, now) = (dead[0].id.clone(), server.clock().now());
    let revived = store
        .write(move |tx| tx.revive_notice("first", &id, now))
        .await;
    assert!(revived.unwrap_or_else(|error: StoreError| panic!("{error}")));
    tell(server.services(), &sender).await.unwrap();
    assert!(
        sender
            .told()
            .contains(&told("first", "users", "CreateUser"))
    );
}

async fn a_target_that_is_slow_holds_up_no_other(server: Server) {
    let sender = Recorder::default();
    begin_rules(server.services()).await.unwrap();
    sender.set("first", Some(Mood::Silent));
    for number in 0..5 {
        make(
            &server,
            "CreateUser",
            json!({"UserName": format!("u{number}")}),
        )
        .await;
    }
    tell_until(&server, &sender, || sender.told().len() >= 5).await;
    assert_eq!(
        sender.told(),
        vec![told("second", "users", "CreateUser"); 5]
    );
    sender.set("first", None);
    server.clock().advance(Duration::from_secs(60));
    tell_until(&server, &sender, || sender.told().len() >= 10).await;
    assert_eq!(sender.told()[0], told("first", "users", "CreateUser"));
}

async fn what_a_server_was_sending_when_it_died_is_sent_by_another(server: Server) {
    let sender = Arc::new(Recorder::default());
    begin_rules(server.services()).await.unwrap();
    for target in ["first", "second"] {
        sender.set(target, Some(Mood::Silent));
    }
    make(&server, "CreateUser", json!({"UserName": "ann"})).await;
    let (services, with) = (Arc::clone(server.services()), Arc::clone(&sender));
    let dying = tokio::spawn(async move {
        loop {
            let _ = tell(&services, &*with).await;
        }
    });
    sender.asked.notified().await;
    dying.abort();
    let _ = dying.await;
    let tried = sender.tried();
    for target in ["first", "second"] {
        sender.set(target, None);
    }
    tell(server.services(), &*sender).await.unwrap();
    assert!(sender.tried() <= tried + 1, "what is claimed is left alone");
    server.clock().advance(Duration::from_secs(60));
    tell_until(&server, &*sender, || sender.told().len() >= 2).await;
    let want = ["first", "second"].map(|target| told(target, "users", "CreateUser"));
    assert_eq!(sender.told(), want);
}

async fn servers_share_the_sending(server: Server) {
    let sender = Arc::new(Recorder::default());
    begin_rules(server.services()).await.unwrap();
    for number in 0..40 {
        make(
            &server,
            "CreateUser",
            json!({"UserName": format!("u{number}")}),
        )
        .await;
    }
    for _ in 0..600 {
        let tasks: Vec<_> = (0..4)
            .map(|_| {
                let (services, sender) = (Arc::clone(server.services()), Arc::clone(&sender));
                tokio::spawn(async move { tell(&services, &*sender).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        if sender.told().len() >= 80 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut sent: Vec<_> = {
        let sent = sender.sent.lock().unwrap();
        let keys = sent.iter().map(|one| (one.target.clone(), one.id.clone()));
        keys.collect()
    };
    sent.sort();
    let all = sent.len();
    sent.dedup();
    // Nothing failed and the clock stood still, so nobody's claim ran out.
    assert_eq!((sent.len(), all), (80, 80));
}

/// Makes an event for `mail`.
async fn make_role(server: &Server, name: &str) {
    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ]});
    let role = json!({"RoleName": name, "AssumeRolePolicyDocument": trust.to_string()});
    make(server, "CreateRole", role).await;
}

async fn dead(server: &Server) -> Vec<Notice> {
    let store = &server.services().store;
    let dead = store.read(|tx| tx.dead_notices(("", ""), 9)).await;
    dead.unwrap_or_else(|error: StoreError| panic!("{error}"))
}

async fn revive(server: &Server, notice: &Notice) {
    let (target, id) = (notice.target.clone(), notice.id.clone());
    let now = server.clock().now();
    let revived = server
        .services()
        .store
        .write(move |tx| tx.revive_notice(&target, &id, now))
        .await;
    assert!(revived.unwrap_or_else(|error: StoreError| panic!("{error}")));
}

async fn a_full_mailbox_floods_no_other(server: Server) {
    let sender = Recorder::default();
    begin_rules(server.services()).await.unwrap();
    let [a, full, c] = MAILBOXES;
    sender.set(full, Some(Mood::Busy));
    make_role(&server, "r").await;
    tell_until(&server, &sender, || sender.tried() >= 3).await;
    for _ in 0..4 {
        assert_eq!(sender.mailed(), [a, c]);
        server.clock().advance(Duration::from_secs(60));
        tell(server.services(), &sender).await.unwrap();
    }
    // The full one was tried three times, each of the others once.
    assert_eq!(sender.tried(), 5);
    let given_up = dead(&server).await;
    assert_eq!(given_up.len(), 1);
    let why = given_up[0].error.as_deref();
    assert_eq!(why, Some("b@example.com: not now"));
    sender.set(full, None);
    revive(&server, &given_up[0]).await;
    tell(server.services(), &sender).await.unwrap();
    assert_eq!(sender.mailed(), MAILBOXES);
}

async fn a_slow_mailbox_keeps_mail_from_no_other(server: Server) {
    let sender = Recorder::default();
    begin_rules(server.services()).await.unwrap();
    let [slow, slower, last] = MAILBOXES;
    for mailbox in [slow, slower] {
        sender.set(mailbox, Some(Mood::Silent));
    }
    make_role(&server, "r").await;
    tell_until(&server, &sender, || sender.tried() >= 3).await;
    assert_eq!(sender.mailed(), [last]);
    for mailbox in [slow, slower] {
        sender.set(mailbox, None);
    }
    server.clock().advance(Duration::from_secs(60));
    tell(server.services(), &sender).await.unwrap();
    assert_eq!(sender.mailed(), MAILBOXES);
}

async fn a_mailboxs_dead_letter_is_told_to_all_who_are_to_know(server: Server) {
    let sender = Recorder::default();
    begin_rules(server.services()).await.unwrap();
    let [a, b, c] = MAILBOXES;
    sender.set("desk", Some(Mood::Gone));
    sender.set(b, Some(Mood::Busy));
    make_role(&server, "r").await;
    make(&server, "DeleteRole", json!({"RoleName": "r"})).await;
    tell_until(&server, &sender, || sender.mailed().len() >= 4).await;
    sender.set(b, None);
    server.clock().advance(Duration::from_secs(60));
    tell_until(&server, &sender, || sender.mailed().len() >= 6).await;
    assert_eq!(sender.mailed(), [a, a, b, b, c, c]);
    let sent = sender.sent.lock().unwrap();
    let letters: Vec<_> = sent.iter().filter(|one| one.failed_at.is_some()).collect();
    assert_eq!(letters.len(), 3);
    for letter in letters {
        assert_eq!(letter.failed_at.as_deref(), Some("desk"));
        let why = letter.error.as_deref();
        assert_eq!(why, Some("desk@example.com: not now"));
    }
}

async fn what_waited_before_mailboxes_were_told_one_by_one_is_sent(server: Server) {
    let sender = Recorder::default();
    let now = server.clock().now();
    let account = server.admin().account.clone();
    let notice = |id: &str| Notice {
        target: "mail".to_owned(),
        id: id.to_owned(),
        account: account.clone(),
        origin: "roles".to_owned(),
        topic: None,
        failed_at: None,
        body: "{}".to_owned(),
        made: now,
        tries: 1,
        due: Some(now),
        dead: None,
        error: Some("not yet".to_owned()),
    };
    let given_up = Notice {
        due: None,
        dead: Some(now),
        ..notice("dead")
    };
    let claimed = Notice {
        due: Some(now + Duration::from_secs(30)),
        ..notice("claimed")
    };
    let all = [notice("waiting"), claimed, given_up.clone()];
    let kept = server.services().store.write(move |tx| {
        let mut all = all.iter();
        all.try_for_each(|notice| tx.insert_notice(notice))
    });
    kept.await
        .unwrap_or_else(|error: StoreError| panic!("{error}"));
    sender.set(MAILBOXES[0], Some(Mood::Busy));
    tell(server.services(), &sender).await.unwrap();
    assert_eq!(sender.mailed(), MAILBOXES[1..]);
    sender.set(MAILBOXES[0], None);
    server.clock().advance(Duration::from_secs(60));
    revive(&server, &given_up).await;
    tell(server.services(), &sender).await.unwrap();
    let want = MAILBOXES.map(|mailbox| [mailbox; 3]).concat();
    assert_eq!(sender.mailed(), want);
    assert!(dead(&server).await.is_empty());
}

async fn servers_share_the_mailboxes(server: Server) {
    let sender = Arc::new(Recorder::default());
    begin_rules(server.services()).await.unwrap();
    for number in 0..10 {
        make_role(&server, &format!("r{number}")).await;
    }
    for _ in 0..600 {
        let tasks: Vec<_> = (0..4)
            .map(|_| {
                let (services, sender) = (Arc::clone(server.services()), Arc::clone(&sender));
                tokio::spawn(async move { tell(&services, &*sender).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        if sender.mailed().len() >= 30 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let want = MAILBOXES.map(|mailbox| [mailbox; 10]).concat();
    assert_eq!(sender.mailed(), want);
}

/// A trail that logs to a new bucket and tells a topic.
async fn trail(server: &Server, topic: &str) {
    crate::trails::make_bucket(server, "logs").await;
    let new = json!({"Name": "main", "S3BucketName": "logs", "SnsTopicName": topic});
    for (operation, input) in [
        ("CreateTrail", new),
        ("StartLogging", json!({"Name": "main"})),
    ] {
        let by = server.admin();
        let done = server.call(by, REGION, "cloudtrail", operation, input);
        done.await.ok();
        server.clock().advance(Duration::from_secs(1));
    }
}

async fn status(server: &Server) -> Value {
    let input = json!({"Name": "main"});
    let by = server.admin();
    let found = server.call(by, REGION, "cloudtrail", "GetTrailStatus", input);
    found.await.ok()
}

/// Delivers files and tells of them until the trail's status has a member.
async fn deliver_until(server: &Server, sender: &dyn Sender, member: &str) -> Value {
    make(server, "CreateUser", json!({"UserName": "ann"})).await;
    for _ in 0..600 {
        server.clock().advance(INTERVAL);
        deliver(server.services()).await.unwrap();
        tell(server.services(), sender).await.unwrap();
        let status = status(server).await;
        if status.get(member).is_some() {
            return status;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the status never has {member}");
}

async fn topics_are_told_of_files(server: Server) {
    let sender = Recorder::default();
    trail(&server, TOPIC).await;
    sender.set("trails.sns", Some(Mood::Busy));
    let failed = deliver_until(&server, &sender, "LatestNotificationError").await;
    assert_eq!(failed["LatestNotificationError"], "not now");
    assert_eq!(failed["LatestNotificationAttemptSucceeded"], "");
    assert!(
        failed["LatestNotificationAttemptTime"]
            .as_str()
            .unwrap()
            .ends_with('Z')
    );
    assert!(failed.get("LatestNotificationTime").is_none());

    sender.set("trails.sns", None);
    server.clock().advance(Duration::from_secs(60));
    let done = deliver_until_told(&server, &sender).await;
    assert!(done.get("LatestNotificationError").is_none(), "{done}");
    assert!(
        !done["LatestNotificationAttemptSucceeded"]
            .as_str()
            .unwrap()
            .is_empty()
    );
    let account = &server.admin().account;
    let sent = sender.sent.lock().unwrap();
    let notice = sent.iter().find(|one| one.target == "trails.sns").unwrap();
    let topic = format!("arn:aws:sns:{REGION}:{account}:{TOPIC}");
    assert_eq!(notice.topic, Some(topic));
    let body: Value = serde_json::from_str(&notice.body).unwrap();
    assert_eq!(body["s3Bucket"], "logs");
    let key = body["s3ObjectKey"][0].as_str().unwrap();
    assert!(
        key.starts_with(&format!("AWSLogs/{account}/CloudTrail/")),
        "{key}"
    );
}

async fn deliver_until_told(server: &Server, sender: &dyn Sender) -> Value {
    for _ in 0..600 {
        tell(server.services(), sender).await.unwrap();
        let status = status(server).await;
        if status.get("LatestNotificationTime").is_some() {
            return status;
        }
        server.clock().advance(INTERVAL);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the topic was never told");
}

async fn a_topic_that_may_not_be_told_is_in_the_trails_status(server: Server) {
    let sender = Recorder::default();
    trail(&server, "arn:aws:sns:us-east-1:999999999999:theirs").await;
    let told = deliver_until(&server, &sender, "LatestNotificationError").await;
    assert_eq!(told["LatestNotificationError"], "AuthorizationError");
    assert!(told.get("LatestNotificationTime").is_none());
    assert!(
        sender
            .sent
            .lock()
            .unwrap()
            .iter()
            .all(|one| one.target != "trails.sns")
    );
}
