//! `cargo xtask models`: the service models, from the pinned botocore package.

use std::error::Error;
use std::fs::{self, File};
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::read::GzDecoder;
use serde_json::Value;
use sha2::{Digest, Sha256};
use zip::ZipArchive;

use crate::strip::strip;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The botocore release the models come from.
const BOTOCORE: &str = "1.44.8";

/// SHA-256 of its wheel, so that a refresh on another machine gives the same files or none.
const WHEEL_SHA256: &str = "76342a76c338701db80dcb8afe1c9bd079283d6fffbb9d881442abb02a215043";

/// The services Atrium serves, by botocore's folder names.
const SERVICES: [&str; 10] = [
    "account",
    "cloudtrail",
    "cloudtrail-data",
    "iam",
    "identitystore",
    "organizations",
    "sso",
    "sso-admin",
    "sso-oidc",
    "sts",
];

/// The largest model we are prepared to unpack, in bytes. The largest today has 1.5 million.
const MAX_MODEL_BYTES: u64 = 32 << 20;

/// Downloads the wheel and rewrites `models/<service>.json` and `models/README.md`.
///
/// # Errors
///
/// When the download fails, the wheel isn't the pinned one, or a model is missing or unreadable.
pub fn refresh() -> Result<()> {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models");
    let wheel = download()?;
    let mut archive = ZipArchive::new(Cursor::new(wheel))?;
    for service in SERVICES {
        let mut model = read_model(&mut archive, service)?;
        strip(&mut model);
        let mut text = serde_json::to_string_pretty(&model)?;
        text.push('\n');
        fs::write(models.join(format!("{service}.json")), text)?;
        println!("models/{service}.json");
    }
    fs::write(models.join("README.md"), readme())?;
    Ok(())
}

/// The bytes of the pinned wheel, fetched by `pip`.
fn download() -> Result<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    let status = Command::new("python3")
        .args([
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary=:all:",
            "--dest",
        ])
        .arg(folder.path())
        .arg(format!("botocore=={BOTOCORE}"))
        .status()?;
    if !status.success() {
        return Err(format!("pip download botocore=={BOTOCORE}: {status}").into());
    }
    let path = only_file(folder.path())?;
    let mut bytes = Vec::new();
    File::open(&path)?.read_to_end(&mut bytes)?;
    let sum = hex::encode(Sha256::digest(&bytes));
    if sum != WHEEL_SHA256 {
        return Err(format!(
            "{} has SHA-256 {sum}, not the pinned {WHEEL_SHA256}",
            path.display()
        )
        .into());
    }
    Ok(bytes)
}

fn only_file(folder: &Path) -> Result<PathBuf> {
    let entry = fs::read_dir(folder)?.next().ok_or("pip left no file")??;
    Ok(entry.path())
}

/// The newest `service-2.json` of `service`; versions are dates, so the greatest text is the newest.
fn read_model(archive: &mut ZipArchive<Cursor<Vec<u8>>>, service: &str) -> Result<Value> {
    let folder = format!("botocore/data/{service}/");
    let name = archive
        .file_names()
        .filter_map(|name| name.ok().map(|name| name.into_owned()))
        .filter(|name| name.starts_with(&folder))
        .filter(|name| name.ends_with("/service-2.json") || name.ends_with("/service-2.json.gz"))
        .max()
        .ok_or_else(|| format!("no model of {service} in botocore {BOTOCORE}"))?;
    let file = archive.by_name(&name)?;
    let mut text = String::new();
    if name.ends_with(".gz") {
        GzDecoder::new(file)
            .take(MAX_MODEL_BYTES)
            .read_to_string(&mut text)?;
    } else {
        file.take(MAX_MODEL_BYTES).read_to_string(&mut text)?;
    }
    Ok(serde_json::from_str(&text)?)
}

fn readme() -> String {
    format!(
        "# Service models\n\n\
         The public API models of the services Atrium serves, without their prose: operations, shapes, constraints, errors.\n\
         Everything about the wire follows from them; `crates/wire/build.rs` turns them into code.\n\n\
         They come from botocore {BOTOCORE} (Apache License 2.0, Copyright Amazon.com, Inc. or its affiliates).\n\
         `cargo xtask models` writes them again, and this file too; change the pin in `xtask/src/models.rs`.\n\n\
         `atrium.json` is our own, in the same format: what AWS offers only in its console.\n"
    )
}
