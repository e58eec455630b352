#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where"
)]

use std::path::Path;

use super::*;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn read(text: &str) -> Result<RulesFile, String> {
    RulesFile::parse(Path::new("rules.toml"), text).map_err(|failure| match failure {
        Failure::Usage(said) => said,
        other => panic!("{other:?}"),
    })
}

#[test]
fn rules_and_targets_are_read() {
    let file = read(&format!(
        r#"
        [[rules]]
        name = "instances"
        ready_made = "instance-created-or-deleted"
        targets = ["queue", "hook"]

        [[rules]]
        name = "own"
        description = "of our own"
        pattern = {{ detail = {{ eventName = ["A", {{ prefix = "B" }}], count = [{{ numeric = [">", 1.5] }}] }} }}
        all_management_events = true
        targets = ["topic"]

        [[rules]]
        name = "in-json"
        pattern = '{{"detail": {{"errorCode": [null]}}}}'
        enabled = false
        targets = ["mail"]

        [targets.queue]
        type = "sqs"
        queue = "http://127.0.0.1:5000/123456789012/audit"
        region = "eu-west-1"
        endpoint = "http://127.0.0.1:5000"
        dead_letter = "hook"
        timeout = 3
        retry = {{ attempts = 7, age = 60, pause = 2, longest = 5 }}

        [targets.topic]
        type = "sns"
        topic = "arn:aws:sns:eu-west-1:123456789012:audit"
        profile = "audit"

        [targets.hook]
        type = "webhook"
        url = "https://example.com/hook"
        secret = "{SECRET}"

        [targets.mail]
        type = "email"
        url = "smtp://127.0.0.1:2525"
        from = "Atrium <atrium@example.com>"
        to = ["security@example.com", "Second <second@example.com>", "security@example.com"]

        [trails.sns]
        topics = ["arn:aws:sns:*:123456789012:*"]
        "#
    ))
    .unwrap();
    let told: Vec<_> = file
        .rules
        .iter()
        .map(|one| {
            (
                one.rule.name.as_str(),
                one.enabled,
                one.rule.all_management_events,
            )
        })
        .collect();
    let want = [
        ("instances", true, false),
        ("own", true, true),
        ("in-json", false, false),
    ];
    assert_eq!(told, want);
    let kinds: Vec<_> = file
        .targets
        .iter()
        .map(|(name, (plan, _))| (name.as_str(), plan.kind()))
        .collect();
    let want = [
        ("hook", "webhook"),
        ("mail", "email"),
        ("queue", "sqs"),
        ("topic", "sns"),
    ];
    assert_eq!(kinds, want);
    let (_, lane) = &file.targets["queue"];
    let told = (
        lane.retry.attempts,
        lane.retry.age.as_secs(),
        lane.timeout.as_secs(),
    );
    assert_eq!(told, (7, 60, 3));
    assert_eq!(lane.dead_letter.as_deref(), Some("hook"));
    let recipients = |name: &str| Vec::from_iter(file.targets[name].1.recipients.clone());
    assert_eq!(
        recipients("mail"),
        ["second@example.com", "security@example.com"]
    );
    assert!(recipients("hook").is_empty());
    assert!(file.topics.is_some());
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    let rule = "[[rules]]\nname = 'a'\nready_made = 'mfa-reset'\ntargets = ['t']\n";
    let target = format!("[targets.t]\ntype = 'webhook'\nurl = 'http://x/'\nsecret = '{SECRET}'\n");
    let cases = [
        ("[[rules", "rules.toml, line 1: "),
        ("\ncolour = 1", "rules.toml, line 2: `colour`: no such key"),
        (
            "[[rules]]\nname = 'a b'",
            "rules.toml, line 2: `rules[0].name`: a name has",
        ),
        (
            "\n[[rules]]\n",
            "rules.toml, line 2: `rules[0]`: the key `name` is missing",
        ),
        (
            "[[rules]]\nname = 'a'\n",
            "rules.toml, line 1: `rules[0]`: one of `pattern` and `ready_made` is needed",
        ),
        (
            "[[rules]]\nname = 'a'\nready_made = 'b'\n",
            "rules.toml, line 3: `rules[0].ready_made`: there is no ready-made rule `b`",
        ),
        (
            "[[rules]]\nname = 'a'\npattern = { detail = { x = [] } }\n",
            "rules.toml, line 3: `rules[0].pattern`: `detail.x`: an empty list",
        ),
        (
            "[[rules]]\nname = 'a'\npattern = '{'\n",
            "rules.toml, line 3: `rules[0].pattern`: it is not JSON",
        ),
        (
            "[[rules]]\nname = 'a'\npattern = { x = [2020-01-01] }\n",
            "rules.toml, line 3: `rules[0].pattern`: dates",
        ),
        (
            "[[rules]]\nname = 'a'\nready_made = 'mfa-reset'\n",
            "rules.toml, line 1: `rules[0]`: the key `targets` is missing",
        ),
        (
            rule,
            "rules.toml, line 4: `rules[0].targets`: there is no target `t`",
        ),
        (
            &format!("{rule}{rule}{target}"),
            "rules.toml, line 6: `rules[1].name`: there is another rule `a`",
        ),
        (
            "[targets.t]\nurl = 'http://x/'",
            "rules.toml, line 1: `targets.t`: the key `type` is missing",
        ),
        (
            "[targets.t]\ntype = 'fax'",
            "rules.toml, line 2: `targets.t.type`: expected sns",
        ),
        (
            "[targets.t]\ntype = 'sns'\ntopic = 'audit'",
            "rules.toml, line 3: `targets.t.topic`: expected the ARN",
        ),
        (
            "[targets.t]\ntype = 'sqs'\nqueue = 'http://x/1/q'",
            "rules.toml, line 3: `targets.t.queue`: the key `region`",
        ),
        (
            "[targets.t]\ntype = 'webhook'\nurl = 'http://x/'",
            "rules.toml, line 1: `targets.t`: one of `secret` and `secret_file`",
        ),
        (
            &format!(
                "[targets.t]\ntype = 'webhook'\nurl = 'http://u:{SECRET}@x/'\nsecret = '{SECRET}'"
            ),
            "rules.toml, line 3: `targets.t.url`: expected a URL without USER:PASSWORD@",
        ),
        (
            "[[rules]]\nname = 'a'\npattern = '{\"x\": [1], \"x\": [2]}'\n",
            "rules.toml, line 3: `rules[0].pattern`: `x`: the key is there twice",
        ),
        (
            "[targets.t]\ntype = 'webhook'\nurl = 'http://x/'\nsecret = 'x'",
            "rules.toml, line 4: `targets.t.secret`: expected `whsec_`",
        ),
        (
            "[targets.t]\ntype = 'webhook'\nurl = 'http://x/'\nsecret_file = '/nowhere/x'",
            "rules.toml, line 4: `targets.t.secret_file`: `/nowhere/x`: ",
        ),
        (
            "[targets.t]\ntype = 'email'\nurl = 'http://x/'\nfrom = 'a@example.com'\nto = ['b@example.com']",
            "rules.toml, line 3: `targets.t.url`: expected smtps://",
        ),
        (
            "[targets.t]\ntype = 'email'\nurl = 'smtp://x'\nfrom = 'a'\nto = ['b@example.com']",
            "rules.toml, line 4: `targets.t.from`: `a` is no mailbox",
        ),
        (
            &format!("{target}topic = 'x'"),
            "rules.toml, line 5: `targets.t.topic`: no such key",
        ),
        (
            &format!("{target}timeout = 0"),
            "rules.toml, line 5: `targets.t.timeout`: expected a number from 1 to 60",
        ),
        (
            &format!("{target}dead_letter = 'u'"),
            "rules.toml, line 5: `targets.t.dead_letter`: there is no target `u`",
        ),
        (
            &format!("{target}dead_letter = 't'"),
            "rules.toml, line 5: `targets.t.dead_letter`: `t` has a dead_letter",
        ),
        (
            &format!("{target}retry = {{ often = true }}"),
            "rules.toml, line 5: `targets.t.retry.often`: no such key",
        ),
        (
            "[trails.sns]\ntopics = ['**']",
            "rules.toml, line 2: `trails.sns.topics`: two `*`",
        ),
    ];
    for (text, want) in cases {
        let said = read(text).unwrap_err();
        assert!(said.starts_with(want), "{text}\nsays {said}\nwant {want}");
        assert!(!said.contains(SECRET), "{said}");
    }
}
