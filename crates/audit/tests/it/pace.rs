//! How long a run takes. In virtual time the calls' delays count and the machine's do not; over real
//! connections both do.

use std::sync::Arc;
use std::time::Duration;

use atrium_audit::{AuditOptions, NoProgress, collect};

use crate::fake::Fake;
use crate::sockets::Server;
use crate::world::{MANAGEMENT, World, WorldApplication, WorldGroup, WorldInstance, WorldUser};

fn instance(number: usize, owner: &str, region: &str, users: usize) -> WorldInstance {
    let people: Vec<WorldUser> = (0..users)
        .map(|user| WorldUser {
            id: format!("u{number}-{user}"),
            name: Some(format!("name{user}")),
            email: Some(format!("p{user}@example.com")),
            disabled: false,
        })
        .collect();
    let members = people.iter().map(|user| user.id.clone()).collect();
    let group = format!("g{number}");
    let arn = format!("arn:aws:sso::{owner}:application/ssoins-{number:016}/apl-0");
    let assignments = vec![("GROUP", group.clone())];
    let application = WorldApplication {
        arn,
        name: None,
        account: owner.to_owned(),
        open: false,
        assignments,
    };
    WorldInstance {
        ids: None,
        owner: owner.to_owned(),
        region: region.to_owned(),
        number,
        users: people,
        groups: vec![WorldGroup {
            id: group,
            name: "all".to_owned(),
            members,
        }],
        applications: vec![application],
        ..WorldInstance::default()
    }
}

/// How long every call takes.
const DELAY: Duration = Duration::from_millis(50);

/// A thousand accounts in five Regions; every tenth has an instance.
fn large() -> World {
    let regions = [
        "us-east-1",
        "us-west-2",
        "eu-west-1",
        "eu-central-1",
        "ap-south-1",
    ]
    .map(str::to_owned);
    let mut accounts = vec![(MANAGEMENT.to_owned(), "ACTIVE")];
    accounts.extend((1..1000).map(|n| (format!("{:012}", 200_000_000_000u64 + n), "ACTIVE")));
    let mut instances = vec![instance(0, MANAGEMENT, "us-east-1", 3000)];
    instances[0].organizational = true;
    let owners = accounts.iter().skip(1).step_by(10).enumerate();
    instances.extend(owners.map(|(n, (id, _))| instance(n + 1, id, &regions[n % 5], 20)));
    World {
        accounts,
        regions: regions.to_vec(),
        instances,
        page: 100,
        ..World::default()
    }
}

fn options() -> AuditOptions {
    AuditOptions::new(Arc::new(|| jiff::Timestamp::UNIX_EPOCH))
}

/// How much longer a run took than its calls need, if as many as may were always in flight.
fn ratio(took: Duration, calls: u64) -> f64 {
    let shortest = DELAY.mul_f64(calls as f64 / options().concurrency as f64);
    let ratio = took.as_secs_f64() / shortest.as_secs_f64();
    println!("{calls} calls took {took:?}, the shortest time is {shortest:?}: {ratio:.3}");
    ratio
}

#[tokio::test(start_paused = true)]
async fn a_thousand_accounts_take_little_more_than_their_calls_need() {
    let fake = Fake::new(large(), DELAY);
    let started = tokio::time::Instant::now();
    let inventory = collect(&fake.config(MANAGEMENT), &options(), &NoProgress)
        .await
        .unwrap();
    let took = started.elapsed();

    assert_eq!(inventory.instances.len(), 101);
    assert_eq!(inventory.coverage.total_calls(), fake.calls());
    assert!(fake.most_in_flight() <= options().concurrency);
    assert!(ratio(took, fake.calls()) < 1.5);
}

/// The real time is only printed, as a busy machine must not fail a test: in a release build on an idle one
/// the ratio stays below 1.5. That connections are used again is asserted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures; run it in a release build: cargo test --release -p atrium-audit -- --ignored --nocapture"]
async fn a_thousand_accounts_over_real_connections() {
    let fake = Fake::new(large(), DELAY);
    let server = Server::start(fake.clone()).await;
    let config = server.config(&fake.config(MANAGEMENT));
    let started = std::time::Instant::now();
    let inventory = collect(&config, &options(), &NoProgress).await.unwrap();
    ratio(started.elapsed(), fake.calls());

    assert_eq!(inventory.instances.len(), 101);
    let connections = server
        .connections
        .load(std::sync::atomic::Ordering::Relaxed);
    println!("{connections} connections");
    assert!(connections < 8 * options().concurrency as u64);
}
