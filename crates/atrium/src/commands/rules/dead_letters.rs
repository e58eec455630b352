use std::path::PathBuf;

use anyhow::Context as _;
use atrium_api::{Clock as _, SystemClock};
use atrium_model::Timestamp;
use atrium_model::trail::Notice;
use atrium_store::{Store, Tx};
use clap::Args;

use crate::cli::{Failure, OutputFormat, Table};

/// How many are read at once: each may have a quarter of a mebibyte.
const PAGE: i64 = 100;

#[derive(Args, Debug)]
pub(super) struct DeadLetterArgs {
    /// The data folder of the server, which may be running.
    #[arg(long, value_name = "DIR", default_value = ".atrium")]
    data: PathBuf,

    /// The server's database, if it is not the one in the data folder.
    #[arg(long, value_name = "URL", hide_env_values = true)]
    database_url: Option<String>,

    /// Only those of this target.
    #[arg(long, value_name = "NAME")]
    target: Option<String>,

    /// Only the one with this id.
    #[arg(long, value_name = "ID")]
    id: Option<String>,

    /// Send them again.
    #[arg(long, conflicts_with = "forget")]
    resend: bool,

    /// Forget them.
    #[arg(long)]
    forget: bool,

    /// How to print them.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,
}

pub(super) fn run(args: &DeadLetterArgs) -> Result<(), Failure> {
    // Connections are opened and closed outside of the runtime: PostgreSQL's have one of their own.
    let store = open(args)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("could not start")?;
    runtime.block_on(list(&store, args))
}

async fn list(store: &Store, args: &DeadLetterArgs) -> Result<(), Failure> {
    let mut table = Table::new(&[
        "Target", "Id", "Account", "For", "Given up", "Tries", "Error",
    ]);
    let mut after = (String::new(), String::new());
    loop {
        let page = page_after(store, after).await?;
        let Some(last) = page.last() else {
            return Ok(table.print(args.output)?);
        };
        after = (last.target.clone(), last.id.clone());
        for notice in page.iter().filter(|notice| args.wants(notice)) {
            settle(store, args, notice).await?;
            table.push(row(notice));
        }
    }
}

/// Sends a notice again or forgets it, if that is asked for.
async fn settle(store: &Store, args: &DeadLetterArgs, notice: &Notice) -> anyhow::Result<()> {
    let (target, id) = (notice.target.clone(), notice.id.clone());
    let now = SystemClock.now();
    if args.resend {
        let revive = move |tx: &mut dyn Tx| tx.revive_notice(&target, &id, now);
        store.write(revive).await?;
    } else if args.forget {
        let forget = move |tx: &mut dyn Tx| tx.delete_notice(&target, &id);
        store.write(forget).await?;
    }
    Ok(())
}

fn open(args: &DeadLetterArgs) -> Result<Store, Failure> {
    let url = match &args.database_url {
        Some(url) => url.clone(),
        None => {
            let file = args.data.join("atrium.db");
            if !file.is_file() {
                return Err(Failure::Usage(format!(
                    "there is no database `{}`: name the server's data folder with --data, or its database with \
                     --database-url",
                    file.display()
                )));
            }
            format!("sqlite://{}", file.display())
        }
    };
    Ok(Store::open(&url).map_err(anyhow::Error::from)?)
}

/// What was given up, after a target and an id, in the order of both.
async fn page_after(store: &Store, (target, id): (String, String)) -> anyhow::Result<Vec<Notice>> {
    let page = store.read(move |tx| tx.dead_notices((&target, &id), PAGE));
    Ok(page.await?)
}

impl DeadLetterArgs {
    fn wants(&self, notice: &Notice) -> bool {
        let wanted = |asked: &Option<String>, value: &str| {
            asked.as_deref().is_none_or(|asked| asked == value)
        };
        wanted(&self.target, &notice.target) && wanted(&self.id, &notice.id)
    }
}

fn row(notice: &Notice) -> Vec<String> {
    let iso = |time: Option<Timestamp>| {
        let time = time.and_then(|time| jiff::Timestamp::from_second(time.as_seconds()).ok());
        time.map(|time| time.to_string()).unwrap_or_default()
    };
    vec![
        notice.target.clone(),
        notice.id.clone(),
        notice.account.to_string(),
        notice.origin.clone(),
        iso(notice.dead),
        notice.tries.to_string(),
        notice.error.clone().unwrap_or_default(),
    ]
}
