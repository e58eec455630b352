//! Putting a report where it is wanted: a folder, or S3.

use std::convert::Infallible;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use aws_config::SdkConfig;
use aws_sdk_s3::config::RequestChecksumCalculation;
use aws_sdk_s3::primitives::ByteStream;

use crate::client::Failure;
use crate::error::WriteError;
use crate::report::{Report, ReportFile};

/// Where a report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A folder, created if it is missing.
    Folder(PathBuf),
    /// `s3://bucket/prefix`.
    Bucket {
        /// The bucket's name.
        bucket: String,
        /// The prefix of the keys, without slashes at its ends; may be empty.
        prefix: String,
    },
}

impl FromStr for Destination {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let Some(rest) = text.strip_prefix("s3://") else {
            return Ok(Self::Folder(text.into()));
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        Ok(Self::Bucket {
            bucket: bucket.to_owned(),
            prefix: prefix.trim_matches('/').to_owned(),
        })
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => path.display().fmt(f),
            Self::Bucket { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
        }
    }
}

/// Writes every file, the manifest last: where it stands, the report is whole. Answers the places.
pub async fn write(
    report: &Report,
    destination: &Destination,
    config: &SdkConfig,
) -> Result<Vec<String>, WriteError> {
    let mut places = Vec::with_capacity(report.files.len());
    match destination {
        Destination::Folder(folder) => {
            let failed = |path: &Path, source| WriteError::File {
                path: path.to_owned(),
                source,
            };
            tokio::fs::create_dir_all(folder)
                .await
                .map_err(|source| failed(folder, source))?;
            for file in &report.files {
                let path = folder.join(file.name);
                tokio::fs::write(&path, &file.bytes)
                    .await
                    .map_err(|source| failed(&path, source))?;
                places.push(path.display().to_string());
            }
        }
        Destination::Bucket { bucket, prefix } => {
            let client = s3(config);
            for file in &report.files {
                let key = if prefix.is_empty() {
                    file.name.to_owned()
                } else {
                    format!("{prefix}/{}", file.name)
                };
                put(&client, bucket, &key, file).await?;
                places.push(format!("s3://{bucket}/{key}"));
            }
        }
    }
    Ok(places)
}

fn s3(config: &SdkConfig) -> aws_sdk_s3::Client {
    let mut builder = aws_sdk_s3::config::Builder::from(config)
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired);
    // Names of buckets cannot be resolved below an address such as 127.0.0.1.
    let custom =
        config.endpoint_url().is_some() || std::env::var_os("AWS_ENDPOINT_URL_S3").is_some();
    builder = builder.force_path_style(custom);
    aws_sdk_s3::Client::from_conf(builder.build())
}

async fn put(
    client: &aws_sdk_s3::Client,
    bucket: &str,
    key: &str,
    file: &ReportFile,
) -> Result<(), WriteError> {
    let body = ByteStream::from(file.bytes.clone());
    let call = client
        .put_object()
        .bucket(bucket)
        .key(key)
        .content_type(file.content_type)
        .body(body);
    call.send()
        .await
        .map(drop)
        .map_err(|error| WriteError::Object {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            message: Failure::of("s3:PutObject", &error).message,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_are_folders_or_buckets() {
        let bucket = |bucket: &str, prefix: &str| Destination::Bucket {
            bucket: bucket.into(),
            prefix: prefix.into(),
        };
        let cases = [
            ("report", Destination::Folder("report".into())),
            ("s3://b", bucket("b", "")),
            ("s3://b/p/q/", bucket("b", "p/q")),
        ];
        for (text, want) in cases {
            assert_eq!(text.parse::<Destination>(), Ok(want), "{text}");
        }
    }
}
