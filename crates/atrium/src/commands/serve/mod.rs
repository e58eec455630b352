//! `atrium serve`: opens the database, prepares it on the first start, listens, and stops in good order.

mod data_folder;
mod delivery;
mod first_start;
mod lake;
mod limits;
mod rehearsal;
mod rules;
mod sweep;
mod welcome;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use atrium_api::{
    IpNet, RuleSettings, Segments, Services, Settings, SystemClock, SystemRandom, TrustedProxy,
};
use atrium_model::Region;
use atrium_store::{Store, Vault};
use clap::Args;
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::net::TcpListener;

use crate::cli::{Failure, Run};
use data_folder::DataFolder;

/// Serve IAM Identity Center, Organizations, IAM, STS, CloudTrail and S3 on one endpoint.
///
/// The first start on an empty data folder makes a management account, an organization, an organization instance and
/// an administrator's access key. Later starts find what is there.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4080")]
    listen: SocketAddr,

    /// Folder for the embedded database, objects and the administrator's credentials.
    #[arg(long, value_name = "DIR", default_value = ".atrium")]
    data: PathBuf,

    /// File with the key that seals secrets, made on the first start [default: DIR.key, beside the data folder].
    ///
    /// Keep it apart from backups of the data: who has both can read every secret. Replicas share one key.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,

    /// Database: `postgres://…`, or `sqlite://FILE` [default: the embedded one in the data folder].
    #[arg(long, value_name = "URL", hide_env_values = true)]
    database_url: Option<String>,

    /// Where S3 objects are kept: `file://DIR` or `s3://BUCKET[/PREFIX]` [default: in the data folder].
    #[arg(long, value_name = "URL")]
    object_store: Option<String>,

    /// Region of the organization instance that the first start makes.
    #[arg(long, value_name = "REGION", default_value = "us-east-1")]
    home_region: Region,

    /// Network in which trusted token issuers may be although it is not public, such as 10.0.0.0/8; may be given several
    /// times.
    #[arg(long = "issuer-network", value_name = "CIDR", value_delimiter = ',')]
    issuer_networks: Vec<IpNet>,

    /// Proxy in front of the server that is believed what it tells of its clients, such as 10.0.0.0/8 or 10.0.0.7; may be
    /// given several times.
    ///
    /// It tells the client's address in X-Forwarded-For, and its TLS in X-Forwarded-Tls-Version and
    /// X-Forwarded-Tls-Cipher. Nobody else is heard on these.
    #[arg(long = "trusted-proxy", value_name = "CIDR", value_delimiter = ',')]
    trusted_proxies: Vec<TrustedProxy>,

    /// For tests and pipelines: loopback only, any signature accepted, accounts exist from their first use.
    ///
    /// An access key id of twelve digits names the account, any other means account 123456789012. Nothing is made on
    /// the first start.
    #[arg(long)]
    dev: bool,

    /// URL to which identity providers deliver SAML responses for this service, besides AWS's own; may be repeated.
    ///
    /// Responses name where they are delivered and for whom they are; they are refused if that is neither AWS's sign-in
    /// nor one of these.
    #[arg(long = "saml-recipient", value_name = "URL")]
    saml_recipients: Vec<String>,

    #[command(flatten)]
    limits: limits::LimitArgs,

    #[command(flatten)]
    delivery: delivery::DeliveryArgs,

    #[command(flatten)]
    lake: lake::LakeArgs,

    /// File of rules: which events are sent where, and which topics trails may have told.
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,

    #[command(flatten)]
    rehearsal: rehearsal::RehearsalArgs,

    /// Days that audit events are kept; up to twice as long if trails or event data stores have yet to read them.
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..))]
    event_retention: u32,
}

/// Runs the service until it is told to stop.
pub(crate) fn run(args: ServeArgs) -> Run {
    if args.limits.list_quotas {
        args.limits.print()?;
        return Ok(0);
    }
    let rehearsal = args.rehearsal.settings();
    if !args.dev && !rehearsal.is_off() {
        return Err(Failure::Usage(
            "--response-delay, --error-rate and --stale-reads are for rehearsals: add --dev, or leave them out"
                .to_owned(),
        ));
    }
    if args.dev && !args.listen.ip().is_loopback() {
        return Err(Failure::Usage(format!(
            "--dev accepts any signature and so listens on loopback only, not on {}: leave --dev out, or listen on \
             127.0.0.1",
            args.listen.ip()
        )));
    }
    let rules = args.rules.as_deref().map(rules::read).transpose()?;
    let folder = DataFolder::open(&args.data)?;
    let key_file = args
        .key_file
        .clone()
        .unwrap_or_else(|| folder.default_key_file());
    let vault = Vault::open(&key_file, &SystemRandom)
        .with_context(|| format!("could not use the key file `{}`", key_file.display()))?;
    let url = args
        .database_url
        .clone()
        .unwrap_or_else(|| folder.database_url());
    let store = Store::open(&url).map_err(anyhow::Error::from)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("could not start")?;
    runtime.block_on(serve(args, rules, folder, vault, store))?;
    Ok(0)
}

async fn serve(
    args: ServeArgs,
    rules: Option<(RuleSettings, rules::Plans)>,
    folder: DataFolder,
    vault: Vault,
    store: Store,
) -> anyhow::Result<()> {
    // The clients' commands listen to the same signal; this one stops in good order instead.
    let stop = stop_signal().context("could not listen for signals")?;
    let listener = TcpListener::bind(args.listen)
        .await
        .with_context(|| format!("could not listen on {}", args.listen))?;
    let address = listener
        .local_addr()
        .context("could not read the own address")?;
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).context("could not count requests")?;
    let objects = args
        .object_store
        .clone()
        .unwrap_or_else(|| folder.object_store_url());
    let (rules, targets) = rules.unzip();
    let settings = Settings {
        rules,
        dev: args.dev,
        quotas: args.limits.quotas(),
        throttling: args.limits.throttle.into(),
        rehearsal: args.rehearsal.settings(),
        object_store: objects,
        issuer_networks: args.issuer_networks,
        trusted_proxies: args.trusted_proxies,
        saml_recipients: args.saml_recipients.clone(),
        trail_interval: args.delivery.trail_interval.0,
        digest_interval: args.delivery.digest_interval.0,
        lake: args.lake.settings(),
        ..Settings::default()
    };
    let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
    let mut services = Services::new(store, vault, clock, random, settings);
    services.metrics = Some(Box::new(move || handle.render()));
    let objects = Segments::open(&services.settings.object_store);
    services.segments = Some(objects.context("could not open the object store")?);
    if let Some(targets) = targets {
        services.sender = Some(Arc::new(targets.open().await));
    }
    let services = Arc::new(services);

    if args.dev {
        welcome::dev(address);
    } else {
        first_start::prepare(&services, &folder, &args.home_region).await?;
        welcome::ready(address, &folder, &args.home_region);
    }
    atrium_api::begin_rules(&services)
        .await
        .context("could not begin to read events for rules")?;
    let sweeper = tokio::spawn(sweep::run(Arc::clone(&services), args.event_retention));
    let delivery = tokio::spawn(atrium_api::run_delivery(Arc::clone(&services)));
    let lake = tokio::spawn(atrium_api::run_lake(Arc::clone(&services)));
    let telling = tokio::spawn(atrium_api::run_rules(Arc::clone(&services)));
    atrium_api::serve(listener, atrium_api::router(Arc::clone(&services)), stop).await;
    // Whatever they are doing is done again by the next server.
    sweeper.abort();
    delivery.abort();
    lake.abort();
    telling.abort();
    services
        .events
        .stop()
        .await
        .context("could not keep the last audit events")?;
    Ok(())
}

/// Ends with the first SIGINT or SIGTERM.
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
