use std::path::Path;

use anyhow::Context as _;

use crate::arguments::{Arguments, Part};
use crate::cases::{self, Row};
use crate::fixture::Fixture;
use crate::machine::{Machine, resident_kib};
use crate::report::{Memory, Report};
use crate::server::{Program, Server};
use crate::{assignments, audit, ingest, lookups, policies, start_up};

/// Measures everything that is wanted, one thing at a time.
pub(crate) async fn run(arguments: &Arguments) -> anyhow::Result<Report> {
    let folder = tempfile::Builder::new()
        .prefix("atrium-bench.")
        .tempdir_in(&arguments.data)
        .with_context(|| format!("could not make a folder in {}", arguments.data.display()))?;
    let folder = folder.path();
    let programs = programs(arguments);
    let mut report = Report::new(
        Machine::look(folder)?,
        programs.iter().map(Program::name).collect(),
        arguments.duration(),
    );

    if arguments.wants(Part::StartUp) {
        for program in programs.iter().filter(|program| !is_postgres(program)) {
            eprintln!("start-up: {}", program.name());
            let folder = folder.join(format!("start-up-{}", program.name()));
            report
                .start_up
                .push(start_up::measure(program, &folder, arguments.starts()).await?);
        }
    }
    let mut kept = Vec::new();
    if arguments.wants(Part::Reads) || arguments.wants(Part::Assignments) {
        let mut fixtures = fixtures(&programs, &folder.join("reads"), Vec::new()).await?;
        if arguments.wants(Part::Reads) {
            let rows = cases::reads(arguments, &mut fixtures).await;
            report.rows.extend(rows);
            report.memory.extend(fixtures.iter().map(|fixture| Memory {
                server: fixture.server.program.name(),
                users: fixture.users,
                kib: resident_kib(fixture.server.process()),
            }));
        }
        if arguments.wants(Part::Assignments) {
            let rows = assignments::measure(arguments, &mut fixtures).await;
            report.rows.extend(rows);
        }
        // A PostgreSQL database is prepared once.
        fixtures.retain(|fixture| is_postgres(&fixture.server.program));
        kept = fixtures;
    }
    if arguments.wants(Part::Creates) {
        let mut fixtures = fixtures(&programs, &folder.join("creates"), kept).await?;
        let rows: Vec<Row> = cases::creates(arguments, &mut fixtures).await;
        report.rows.extend(rows);
    } else {
        drop(kept);
    }
    if arguments.wants(Part::Policies) {
        eprintln!("policies: deciding");
        report.decisions = policies::measure()?;
    }
    let program = Program::Atrium {
        file: arguments.atrium.clone(),
        database_url: None,
    };
    if arguments.wants(Part::Lookups) {
        let (folder, servers) = (folder.join("lookups"), programs.len());
        let rows = lookups::measure(arguments, &program, &folder, servers).await?;
        report.rows.extend(rows);
    }
    if arguments.wants(Part::Ingest) {
        report.ingest = Some(ingest::measure(arguments, &program, &folder.join("ingest")).await?);
    }
    if arguments.wants(Part::Audit) {
        report.audit = Some(audit::measure(arguments, &program, &folder.join("audit")).await?);
    }
    Ok(report)
}

/// The programs to compare, moto last.
fn programs(arguments: &Arguments) -> Vec<Program> {
    let atrium = |database_url| Program::Atrium {
        file: arguments.atrium.clone(),
        database_url,
    };
    let mut programs = vec![atrium(None)];
    programs.extend(arguments.postgres.clone().map(|url| atrium(Some(url))));
    programs.extend(arguments.moto.clone().map(|file| Program::Moto { file }));
    programs
}

fn is_postgres(program: &Program) -> bool {
    matches!(
        program,
        Program::Atrium {
            database_url: Some(_),
            ..
        }
    )
}

/// A prepared server of each program, in their order: those that are there already, and new ones.
async fn fixtures(
    programs: &[Program],
    folder: &Path,
    mut there: Vec<Fixture>,
) -> anyhow::Result<Vec<Fixture>> {
    let mut fixtures = Vec::new();
    for program in programs {
        let place = there
            .iter()
            .position(|fixture| fixture.server.program.name() == program.name());
        fixtures.push(match place {
            Some(place) => there.swap_remove(place),
            None => {
                let (folder, more) = (folder.join(program.name()), program.for_loads());
                let server = Server::start(program, &folder, more).await?;
                Fixture::prepare(server).await?
            }
        });
    }
    Ok(fixtures)
}
