//! Runs an audit with the ambient AWS configuration and writes it to a folder:
//! `cargo run -p atrium-audit --example collect -- FOLDER [REGIONS]`.

use std::sync::Arc;

use atrium_audit::{AuditOptions, Format, NoProgress, collect, http_client, report, write};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let destination = arguments
        .next()
        .ok_or("expected a folder or an s3:// address")?
        .parse()?;
    let config = aws_config::from_env()
        .http_client(http_client())
        .load()
        .await;
    let mut options = AuditOptions::new(Arc::new(jiff::Timestamp::now));
    options.regions = arguments.next().as_deref().unwrap_or("all").parse()?;
    options.formats.extend([Format::Json, Format::Html]);
    let started = std::time::Instant::now();
    let inventory = collect(&config, &options, &NoProgress).await?;
    let took = started.elapsed();
    let made = report(&inventory, &options);
    write(&made, &destination, &config).await?;
    println!(
        "{:#?}\nread in {took:?}, exit status {}",
        made.summary,
        made.summary.exit_status(None)
    );
    Ok(())
}
