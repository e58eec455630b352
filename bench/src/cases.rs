//! The cases whose rate is measured, and how each is run on every server in turn.

use std::rc::Rc;
use std::time::Duration;

use serde::Serialize;

use crate::api;
use crate::arguments::Arguments;
use crate::fixture::Fixture;
use crate::load::{Measured, Requests, load, load_server};
use crate::server::Program;

/// Connections of cases that change nothing.
pub(crate) const READERS: usize = 8;
/// Different requests of a case that asks for one thing among many.
const DIFFERENT: usize = 256;
/// The most creations that are signed ahead.
const MOST_CREATED: f64 = 200_000.0;

/// What one server did in one case.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outcome {
    Measured(Measured),
    /// Not every answer was a success; the first that wasn't.
    Failed(String),
    /// Why it was not tried.
    Skipped(String),
}

/// One case, with an outcome for each server in the report's order.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) case: String,
    pub(crate) connections: usize,
    pub(crate) outcomes: Vec<Outcome>,
}

/// The requests of a case for one server.
type Prepared = anyhow::Result<Rc<Requests>>;
/// Makes them.
type Prepare = fn(&Fixture, &People) -> Prepared;

/// Measures what changes nothing, on identity stores of growing size.
pub(crate) async fn reads(arguments: &Arguments, fixtures: &mut [Fixture]) -> Vec<Row> {
    let mut rows = Vec::new();
    for (turn, size) in arguments.sizes().into_iter().enumerate() {
        let mut grown = Vec::new();
        for fixture in fixtures.iter_mut() {
            grown.push(grow(arguments, fixture, size).await);
        }
        let mut cases: Vec<(String, Prepare)> = Vec::new();
        if turn == 0 {
            cases.push(("ListInstances".to_owned(), |fixture, _| {
                Ok(Requests::again(fixture.sign([api::list_instances()])?))
            }));
            cases.push(("AssumeRole".to_owned(), |fixture, _| {
                Ok(Requests::again(
                    fixture.sign([api::assume_role(&fixture.role_arn)])?,
                ))
            }));
        }
        cases.push((format!("DescribeUser, {size} users"), describe_user));
        cases.push((
            format!("GetUserId by e-mail, {size} users"),
            get_user_id_by_email,
        ));
        cases.push((
            format!("GetUserId by name, {size} users"),
            get_user_id_by_name,
        ));
        cases.push((format!("ListUsers, pages of 100, {size} users"), list_users));
        for (case, prepare) in cases {
            if !case.contains(&arguments.case) {
                continue;
            }
            let mut outcomes = Vec::new();
            for (fixture, grown) in fixtures.iter().zip(&grown) {
                outcomes.push(match grown {
                    Err(outcome) => outcome.clone(),
                    Ok(people) => match prepare(fixture, people) {
                        Ok(requests) => read(arguments, fixture, &requests).await,
                        Err(error) => Outcome::Failed(format!("{error:#}")),
                    },
                });
            }
            note(&case, &outcomes);
            rows.push(Row {
                case,
                connections: READERS,
                outcomes,
            });
        }
    }
    rows
}

/// Measures durable writes, over one connection and over eight.
pub(crate) async fn creates(arguments: &Arguments, fixtures: &mut [Fixture]) -> Vec<Row> {
    let mut rows = Vec::new();
    for connections in [1, 8] {
        let case = format!(
            "CreateUser, {connections} connection{}",
            if connections == 1 { "" } else { "s" }
        );
        if !case.contains(&arguments.case) {
            continue;
        }
        let mut outcomes = Vec::new();
        for fixture in fixtures.iter_mut() {
            outcomes.push(match create(arguments, fixture, connections).await {
                Ok(measured) => Outcome::Measured(measured),
                Err(error) => Outcome::Failed(format!("{error:#}")),
            });
        }
        note(&case, &outcomes);
        rows.push(Row {
            case,
            connections,
            outcomes,
        });
    }
    rows
}

/// What cases ask for: people and pages from all over the identity store.
struct People {
    ids: Vec<String>,
    numbers: Vec<u64>,
    pages: Vec<api::ApiCall>,
}

/// So many people in the identity store, or why not.
async fn grow(arguments: &Arguments, fixture: &mut Fixture, size: u64) -> Result<People, Outcome> {
    let failed = |error: anyhow::Error| Outcome::Failed(format!("{error:#}"));
    let name = fixture.server.program.name();
    let patience = match fixture.server.program {
        Program::Moto { .. } => arguments.moto_patience(),
        Program::Atrium { .. } => Duration::from_secs(1800),
    };
    let begin = std::time::Instant::now();
    fixture.grow(size, patience).await.map_err(failed)?;
    let took = begin.elapsed().as_secs_f64();
    eprintln!("{name}: {} users, {took:.1} s of loading", fixture.users);
    if fixture.users < size {
        let reached = fixture.users;
        return Err(Outcome::Skipped(format!(
            "only {reached} users were loaded in {took:.0} s"
        )));
    }
    let (ids, pages) = fixture.walk().await.map_err(failed)?;
    let numbers = spread((0..fixture.users).collect());
    Ok(People {
        ids: spread(ids),
        numbers,
        pages: spread(pages),
    })
}

fn describe_user(fixture: &Fixture, people: &People) -> Prepared {
    let calls = people
        .ids
        .iter()
        .map(|id| api::describe_user(&fixture.store, id));
    Ok(Requests::again(fixture.sign(calls)?))
}

fn get_user_id_by_email(fixture: &Fixture, people: &People) -> Prepared {
    let calls = people
        .numbers
        .iter()
        .map(|number| api::get_user_id_by_email(&fixture.store, *number));
    Ok(Requests::again(fixture.sign(calls)?))
}

fn get_user_id_by_name(fixture: &Fixture, people: &People) -> Prepared {
    let calls = people
        .numbers
        .iter()
        .map(|number| api::get_user_id_by_name(&fixture.store, *number));
    Ok(Requests::again(fixture.sign(calls)?))
}

fn list_users(fixture: &Fixture, people: &People) -> Prepared {
    Ok(Requests::again(fixture.sign(people.pages.iter().cloned())?))
}

/// Measures requests that change nothing, after a warm-up.
pub(crate) async fn read(
    arguments: &Arguments,
    fixture: &Fixture,
    requests: &Rc<Requests>,
) -> Outcome {
    let (address, duration) = (fixture.server.address, arguments.duration());
    if let Err(error) = load(address, requests, READERS, duration / 5).await {
        return Outcome::Failed(format!("{error:#}"));
    }
    match load_server(&fixture.server, requests, READERS, duration).await {
        Ok(measured) => Outcome::Measured(measured),
        Err(error) => Outcome::Failed(format!("{error:#}")),
    }
}

async fn create(
    arguments: &Arguments,
    fixture: &mut Fixture,
    connections: usize,
) -> anyhow::Result<Measured> {
    let (address, duration) = (fixture.server.address, arguments.duration());
    let first = sign_people(fixture, 20_000)?;
    let warm = load(address, &first, connections, duration / 5).await?;
    fixture.users += warm.requests;
    // Signed before the time that is measured; half as many again as the warm-up promises.
    let wanted = warm.requests_per_second * duration.as_secs_f64() * 1.5 + 1000.0;
    let requests = sign_people(fixture, wanted.min(MOST_CREATED) as u64)?;
    let measured = load_server(&fixture.server, &requests, connections, duration).await?;
    fixture.users += measured.requests;
    Ok(measured)
}

fn sign_people(fixture: &Fixture, count: u64) -> Prepared {
    let numbers = fixture.users..fixture.users + count;
    let calls = numbers.map(|number| api::create_user(&fixture.store, number));
    Ok(Requests::once(fixture.sign(calls)?))
}

/// Some of many, from the first to the last at even distances.
pub(crate) fn spread<T>(all: Vec<T>) -> Vec<T> {
    let step = all.len().div_ceil(DIFFERENT).max(1);
    all.into_iter().step_by(step).collect()
}

/// Tells who watches.
pub(crate) fn note(case: &str, outcomes: &[Outcome]) {
    let told: Vec<String> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Measured(measured) => format!("{:.0}/s", measured.requests_per_second),
            Outcome::Failed(reason) => format!("FAILED: {reason}"),
            Outcome::Skipped(reason) => format!("skipped: {reason}"),
        })
        .collect();
    eprintln!("{case}: {}", told.join(", "));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreads_reach_over_everything() {
        for (count, want) in [(0, 0), (1, 1), (256, 256), (257, 129), (100_000, 256)] {
            let found = spread((0..count).collect());
            assert_eq!(found.len(), want, "{count}");
            assert_eq!(found.first().copied(), (count > 0).then_some(0), "{count}");
        }
    }
}
