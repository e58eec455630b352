//! Permission sets and their assignments: made, and listed among few and among many.

use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::api::{self, ApiCall, Assigned};
use crate::arguments::Arguments;
use crate::cases::{Outcome, READERS, Row, note, read, spread};
use crate::connection::Connection;
use crate::fixture::Fixture;
use crate::load::{Measured, Requests, load, load_server};
use crate::server::Program;

/// Assignments that are asked for at a time: a server must be told to take so many that aren't done yet.
const AT_ONCE: usize = 1_000;
/// Connections that ask for them.
const WRITERS: usize = 8;

/// Measures the making of assignments and the pages of lists, on every server in turn.
pub(crate) async fn measure(arguments: &Arguments, fixtures: &mut [Fixture]) -> Vec<Row> {
    let mut prepared = Vec::new();
    for fixture in fixtures.iter_mut() {
        let most = arguments
            .assignments()
            .into_iter()
            .max()
            .unwrap_or_default();
        let scene = Scene::prepare(arguments, fixture, most).await;
        prepared.push(scene.map_err(|error| Outcome::Failed(format!("{error:#}"))));
    }
    let mut rows = Vec::new();
    let mut answered = Vec::new();
    let mut succeeded = Vec::new();
    for (fixture, scene) in fixtures.iter().zip(&prepared) {
        let [first, second] = match scene {
            Ok(scene) => create(arguments, fixture, scene).await,
            Err(outcome) => [outcome.clone(), outcome.clone()],
        };
        answered.push(first);
        succeeded.push(second);
    }
    add(&mut rows, "CreateAccountAssignment", WRITERS, answered);
    add(
        &mut rows,
        "CreateAccountAssignment, until all have succeeded",
        WRITERS,
        succeeded,
    );
    for (at, size) in arguments.assignments().into_iter().enumerate() {
        let mut grown = Vec::new();
        for (fixture, scene) in fixtures.iter().zip(&prepared) {
            grown.push(match scene {
                Ok(scene) => scene.grow(arguments, fixture, at, size).await,
                Err(outcome) => Err(outcome.clone()),
            });
        }
        for page in [10, 100] {
            if page > size {
                continue;
            }
            let mut outcomes = Vec::new();
            for ((fixture, scene), grown) in fixtures.iter().zip(&prepared).zip(&grown) {
                outcomes.push(match (scene, grown) {
                    (Ok(scene), Ok(())) => {
                        let list = |token: Option<&str>| scene.list(at, page, token);
                        pages(arguments, fixture, "AccountAssignments", page, list).await
                    }
                    (Err(outcome), _) | (_, Err(outcome)) => outcome.clone(),
                });
            }
            let case = format!("ListAccountAssignments, pages of {page}, {size} assignments");
            add(&mut rows, &case, READERS, outcomes);
        }
    }
    let mut outcomes = Vec::new();
    for (fixture, scene) in fixtures.iter().zip(&prepared) {
        outcomes.push(match scene {
            Ok(scene) => {
                let list = |token: Option<&str>| api::list_permission_sets(&scene.instance, token);
                pages(arguments, fixture, "PermissionSets", 100, list).await
            }
            Err(outcome) => outcome.clone(),
        });
    }
    let case = format!(
        "ListPermissionSets, pages of 100, {} permission sets",
        arguments.permission_sets()
    );
    add(&mut rows, &case, READERS, outcomes);
    rows
}

fn add(rows: &mut Vec<Row>, case: &str, connections: usize, outcomes: Vec<Outcome>) {
    note(case, &outcomes);
    rows.push(Row {
        case: case.to_owned(),
        connections,
        outcomes,
    });
}

/// An instance with permission sets, and people to be assigned to them.
struct Scene {
    instance: String,
    account: String,
    permission_sets: Vec<String>,
    people: Vec<String>,
}

impl Scene {
    async fn prepare(
        arguments: &Arguments,
        fixture: &mut Fixture,
        most: usize,
    ) -> anyhow::Result<Self> {
        let people = match fixture.server.program {
            // moto asks for nobody's existence, and does not take so many people.
            Program::Moto { .. } => (0..most)
                .map(|number| format!("00000000-0000-4000-8000-{number:012}"))
                .collect(),
            Program::Atrium { .. } => {
                fixture.grow(most as u64, Duration::from_secs(1800)).await?;
                fixture.walk().await?.0
            }
        };
        let mut permission_sets = Vec::new();
        for number in 0..arguments.permission_sets() {
            let made = fixture
                .json(&api::create_permission_set(&fixture.instance_arn, number))
                .await?;
            let arn = made["PermissionSet"]["PermissionSetArn"].as_str();
            permission_sets.push(arn.context("no permission set was made")?.to_owned());
        }
        Ok(Self {
            instance: fixture.instance_arn.clone(),
            account: fixture.account.clone(),
            permission_sets,
            people,
        })
    }

    fn assigned(&self, set: usize) -> Assigned<'_> {
        Assigned {
            instance: &self.instance,
            account: &self.account,
            permission_set: &self.permission_sets[set],
        }
    }

    fn list(&self, set: usize, page: usize, token: Option<&str>) -> ApiCall {
        api::list_account_assignments(&self.assigned(set), page, token)
    }

    /// Requests that assign these people.
    fn assign(
        &self,
        fixture: &Fixture,
        set: usize,
        people: &[String],
    ) -> anyhow::Result<Rc<Requests>> {
        let assigned = self.assigned(set);
        let calls = people
            .iter()
            .map(|person| api::create_account_assignment(&assigned, person));
        Ok(Requests::once(fixture.sign(calls)?))
    }

    /// Assigns the first `size` people to a permission set; a server that is too slow for it is left out.
    async fn grow(
        &self,
        arguments: &Arguments,
        fixture: &Fixture,
        set: usize,
        size: usize,
    ) -> Result<(), Outcome> {
        let patience = match fixture.server.program {
            Program::Moto { .. } => arguments.moto_patience(),
            Program::Atrium { .. } => Duration::from_secs(1800),
        };
        let failed = |error: anyhow::Error| Outcome::Failed(format!("{error:#}"));
        let begin = Instant::now();
        let mut made = 0;
        while made < size {
            let Some(left) = patience.checked_sub(begin.elapsed()) else {
                let took = begin.elapsed().as_secs_f64();
                return Err(Outcome::Skipped(format!(
                    "only {made} assignments were made in {took:.0} s"
                )));
            };
            let next = (made + AT_ONCE).min(size);
            let requests = self
                .assign(fixture, set, &self.people[made..next])
                .map_err(failed)?;
            let done = load(fixture.server.address, &requests, WRITERS, left)
                .await
                .map_err(failed)?;
            made += done.requests as usize;
            self.settle(fixture).await.map_err(failed)?;
        }
        let (name, took) = (fixture.server.program.name(), begin.elapsed().as_secs_f64());
        eprintln!("{name}: {size} assignments, {took:.1} s of loading");
        Ok(())
    }

    /// Waits until everything that was asked for is done, and makes sure that nothing failed.
    async fn settle(&self, fixture: &Fixture) -> anyhow::Result<()> {
        if matches!(fixture.server.program, Program::Moto { .. }) {
            // It does it before it answers.
            return Ok(());
        }
        let unfinished = api::list_creation_status(&self.instance, "IN_PROGRESS");
        while !statuses(&fixture.json(&unfinished).await?)?.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let failed = fixture
            .json(&api::list_creation_status(&self.instance, "FAILED"))
            .await?;
        ensure!(
            statuses(&failed)?.is_empty(),
            "assignments failed: {failed}"
        );
        Ok(())
    }
}

fn statuses(answer: &Value) -> anyhow::Result<&Vec<Value>> {
    answer["AccountAssignmentsCreationStatus"]
        .as_array()
        .context("no list of requests")
}

/// How fast assignments are taken, and how fast they are done. They are of the last permission set.
async fn create(arguments: &Arguments, fixture: &Fixture, scene: &Scene) -> [Outcome; 2] {
    match try_create(arguments, fixture, scene).await {
        Ok(both) => both.map(Outcome::Measured),
        Err(error) => {
            let failed = Outcome::Failed(format!("{error:#}"));
            [failed.clone(), failed]
        }
    }
}

async fn try_create(
    arguments: &Arguments,
    fixture: &Fixture,
    scene: &Scene,
) -> anyhow::Result<[Measured; 2]> {
    let set = scene.permission_sets.len() - 1;
    let (few, many) = scene.people.split_at(scene.people.len().min(AT_ONCE / 10));
    let warm = scene.assign(fixture, set, few)?;
    load(fixture.server.address, &warm, WRITERS, arguments.duration()).await?;
    scene.settle(fixture).await?;
    let requests = scene.assign(fixture, set, &many[..many.len().min(AT_ONCE)])?;
    let begin = Instant::now();
    let answered = load_server(&fixture.server, &requests, WRITERS, arguments.duration()).await?;
    scene.settle(fixture).await?;
    let seconds = begin.elapsed().as_secs_f64();
    let succeeded = Measured {
        seconds,
        requests_per_second: answered.requests as f64 / seconds,
        processor_us: None,
        ..answered.clone()
    };
    Ok([answered, succeeded])
}

/// Measures pages from all over a list.
async fn pages(
    arguments: &Arguments,
    fixture: &Fixture,
    member: &str,
    size: usize,
    list: impl Fn(Option<&str>) -> ApiCall,
) -> Outcome {
    let requests = async {
        let mut connection = Connection::new(fixture.server.address);
        let (mut whole, mut ahead) = (Vec::new(), Some(list(None)));
        while let Some(call) = ahead.take() {
            let request = fixture.signer.request(&call)?;
            let page: Value = serde_json::from_slice(connection.call(&request).await?)?;
            ahead = page["NextToken"].as_str().map(|token| list(Some(token)));
            let entries = page[member].as_array().map_or(0, Vec::len);
            // The last page may be short.
            if entries == size {
                whole.push(call);
            }
        }
        ensure!(!whole.is_empty(), "the list has no page of {size}");
        anyhow::Ok(Requests::again(fixture.sign(spread(whole))?))
    };
    match requests.await {
        Ok(requests) => read(arguments, fixture, &requests).await,
        Err(error) => Outcome::Failed(format!("{error:#}")),
    }
}
