//! An account with log files, and a program that stands in for the lake's.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::time::Duration;

use atrium_api::{Clock as _, LakeSettings, Settings};
use atrium_testkit::{Answer, Credentials, Options, Server, sign};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::Request;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::world::{REGION, text};

/// Writes the lines of each day into a file, as they are, and refuses records whose name is `refused`.
const PROGRAM: &str = r#"#!/bin/sh
read -r request
output=$(printf '%s' "$request" | sed 's/.*"output":"\([^"]*\)".*/\1/')
name=$(printf '%s' "$request" | sed 's/.*"name":"\([^"]*\)".*/\1/')
awk -v output="$output" -v name="$name" '
/"eventName":"refused"/ { printf "{\"refused\":{\"record\":%d,\"reason\":\"it is refused\"}}\n", NR; next }
{ match($0, /"eventTime":"[0-9-]*/); day = substr($0, RSTART + 13, 10)
  if (!(day in rows)) system("mkdir -p " output "/eventday=" day)
  rows[day]++; bytes[day] += length($0)
  print > (output "/eventday=" day "/" name ".parquet") }
END { for (day in rows)
  printf "{\"file\":{\"url\":\"file://%s/eventday=%s/%s.parquet\",\"rows\":%d,\"bytes\":%d},\"day\":\"%s\"}\n",
    output, day, name, rows[day], bytes[day], day }'
"#;

pub fn with_program() -> Options {
    let folder = tempfile::tempdir().unwrap().keep();
    let program = folder.join("program");
    std::fs::write(&program, PROGRAM).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    Options {
        settings: Settings {
            lake: LakeSettings {
                program: Some(program),
                ..LakeSettings::default()
            },
            object_store: format!("file://{}", folder.join("objects").display()),
            ..Settings::default()
        },
        ..Options::default()
    }
}

/// A worker that ends with the test.
pub struct Worker(JoinHandle<()>);

impl Worker {
    pub fn start(server: &Server) -> Self {
        let services = Arc::clone(server.services());
        Self(tokio::spawn(atrium_api::run_lake(services)))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.0.abort();
    }
}

pub async fn call(server: &Server, by: &Credentials, operation: &str, input: Value) -> Answer {
    server
        .call(by, REGION, "cloudtrail", operation, input)
        .await
}

/// Puts something into S3.
pub async fn put(server: &Server, by: &Credentials, path: &str, body: Vec<u8>) {
    let request = Request::put(format!("{}/{path}", server.endpoint()));
    let request = request.body(Bytes::from(body)).unwrap();
    let answer = server
        .send(sign(request, by, REGION, "s3", server.clock().now()))
        .await;
    assert!(answer.status().is_success(), "{path}: {answer:?}");
}

pub fn pack(text: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

/// A log file with records of these ids and names, one an hour ago each.
pub fn log(server: &Server, records: &[(&str, &str)]) -> Vec<u8> {
    let hour_ago = server.clock().now().as_seconds() - 3600;
    let time = jiff::Timestamp::from_second(hour_ago).unwrap();
    let record = |(id, name): &(&str, &str)| {
        json!({"eventVersion": "1.08", "eventTime": time.to_string(), "eventName": name, "eventID": id,
            "recipientAccountId": "444455556666", "unknown": {"kept": true}})
    };
    let records: Vec<Value> = records.iter().map(record).collect();
    pack(&json!({ "Records": records }).to_string())
}

pub fn key(number: usize) -> String {
    format!(
        "AWSLogs/444455556666/CloudTrail/eu-west-1/2026/01/05/444455556666_CloudTrail_eu-west-1_20260105T0905Z_{number:04}.json.gz"
    )
}

/// An account with a bucket, a role that may read it, and an event data store.
pub struct Scene {
    pub admin: Credentials,
    pub bucket: String,
    pub store: String,
    pub role: String,
}

impl Scene {
    pub async fn set(server: &Server, admin: &Credentials, bucket: &str) -> Self {
        put(server, admin, bucket, Vec::new()).await;
        let made = json!({"Name": "the-store", "StartIngestion": false, "TerminationProtectionEnabled": false});
        let made = call(server, admin, "CreateEventDataStore", made).await.ok();
        let scene = Self {
            admin: admin.clone(),
            bucket: bucket.to_owned(),
            store: text(&made["EventDataStoreArn"]),
            role: format!("arn:aws:iam::{}:role/importer", admin.account),
        };
        let trust = scene.trust("cloudtrail.amazonaws.com");
        scene
            .role(
                server,
                "importer",
                &trust,
                &["s3:ListBucket", "s3:GetObject"],
            )
            .await;
        scene
    }

    /// A trust policy as CloudTrail's console makes it.
    pub fn trust(&self, service: &str) -> Value {
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": service},
            "Action": "sts:AssumeRole", "Condition": {"StringEquals": {
                "aws:SourceAccount": self.admin.account.as_str(), "aws:SourceArn": self.store}}}]})
    }

    pub async fn role(&self, server: &Server, name: &str, trust: &Value, actions: &[&str]) {
        let made = json!({"RoleName": name, "AssumeRolePolicyDocument": trust.to_string()});
        server
            .call(&self.admin, REGION, "iam", "CreateRole", made)
            .await
            .ok();
        let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions,
            "Resource": [format!("arn:aws:s3:::{}", self.bucket), format!("arn:aws:s3:::{}/*", self.bucket)],
            "Condition": {"StringEquals": {"aws:ResourceAccount": self.admin.account.as_str()}}}]});
        let put =
            json!({"RoleName": name, "PolicyName": "read", "PolicyDocument": policy.to_string()});
        server
            .call(&self.admin, REGION, "iam", "PutRolePolicy", put)
            .await
            .ok();
    }

    pub fn request(&self) -> Value {
        json!({"Destinations": [self.store], "ImportSource": {"S3": {
            "S3LocationUri": format!("s3://{}", self.bucket), "S3BucketRegion": REGION,
            "S3BucketAccessRoleArn": self.role}}})
    }

    pub async fn put(&self, server: &Server, key: &str, body: Vec<u8>) {
        put(server, &self.admin, &format!("{}/{key}", self.bucket), body).await;
    }

    pub async fn start(&self, server: &Server) -> String {
        let started = call(server, &self.admin, "StartImport", self.request())
            .await
            .ok();
        assert_eq!(started["ImportStatus"], "INITIALIZING");
        text(&started["ImportId"])
    }

    pub async fn get(&self, server: &Server, import: &str) -> Value {
        let named = json!({"ImportId": import});
        call(server, &self.admin, "GetImport", named).await.ok()
    }

    /// What is told of an import once it is over.
    pub async fn end(&self, server: &Server, import: &str) -> Value {
        for _ in 0..3000 {
            let found = self.get(server, import).await;
            if ["COMPLETED", "FAILED", "STOPPED"].contains(&found["ImportStatus"].as_str().unwrap())
            {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the import never ends: {}", self.get(server, import).await);
    }

    pub async fn failures(&self, server: &Server, import: &str) -> Vec<Value> {
        let named = json!({"ImportId": import});
        let found = call(server, &self.admin, "ListImportFailures", named)
            .await
            .ok();
        found["Failures"].as_array().unwrap().clone()
    }

    /// How often each record's id is in the event data store's files.
    pub async fn stored(&self, server: &Server) -> BTreeMap<String, usize> {
        let (account, id) = (
            self.admin.account.clone(),
            self.store.rsplit('/').next().unwrap().to_owned(),
        );
        let files = server
            .services()
            .store
            .read(move |tx| tx.lake_files(&account, &id, ("", ""), 1_000));
        let root = server
            .services()
            .settings
            .object_store
            .trim_start_matches("file://")
            .to_owned();
        let mut ids = BTreeMap::new();
        for file in files.await.unwrap() {
            let lines = std::fs::read_to_string(format!("{root}/{}", file.path())).unwrap();
            for line in lines.lines() {
                let record: Value = serde_json::from_str(line).unwrap();
                *ids.entry(text(&record["eventID"])).or_insert(0) += 1;
            }
        }
        ids
    }
}

/// Files with two records each; their ids.
pub async fn fill(scene: &Scene, server: &Server, files: usize) -> BTreeMap<String, usize> {
    let mut ids = BTreeMap::new();
    for number in 0..files {
        let pair = [format!("{number}-a"), format!("{number}-b")];
        let records = [(pair[0].as_str(), "Sell"), (pair[1].as_str(), "Buy")];
        scene.put(server, &key(number), log(server, &records)).await;
        ids.extend(pair.map(|id| (id, 1)));
    }
    ids
}
