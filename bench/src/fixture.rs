//! A server with an instance, people and a role, all made through its public API.

use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use serde_json::Value;

use crate::api::{self, ApiCall};
use crate::connection::Connection;
use crate::load::{Requests, load};
use crate::server::{Program, Server};
use crate::sign::Signer;

/// Connections that load people. moto gets one: it answers with status 500 when another request adds a user while it
/// looks whether a name is taken, and over more it is no faster.
fn loaders(program: &Program) -> usize {
    match program {
        Program::Atrium { .. } => 16,
        Program::Moto { .. } => 1,
    }
}

/// Requests that are signed at a time while loading.
const BATCH: u64 = 5_000;

/// A server that is ready to be measured.
pub(crate) struct Fixture {
    pub(crate) server: Server,
    pub(crate) signer: Signer,
    pub(crate) account: String,
    pub(crate) instance_arn: String,
    /// The identity store of its instance.
    pub(crate) store: String,
    pub(crate) role_arn: String,
    /// People in the identity store.
    pub(crate) users: u64,
}

impl Fixture {
    /// Finds the instance and makes the role.
    pub(crate) async fn prepare(server: Server) -> anyhow::Result<Self> {
        let (key, secret) = credentials(&server)?;
        let signer = Signer::new(server.address, &key, &secret);
        let mut fixture = Self {
            server,
            signer,
            account: String::new(),
            instance_arn: String::new(),
            store: String::new(),
            role_arn: String::new(),
            users: 0,
        };
        // moto makes an instance when instances are first listed.
        let instances: Value = fixture.json(&api::list_instances()).await?;
        let arn = instances["Instances"][0]["InstanceArn"].as_str();
        fixture.instance_arn = arn.context("the server has no instance")?.to_owned();
        let store = instances["Instances"][0]["IdentityStoreId"].as_str();
        fixture.store = store.context("the server has no instance")?.to_owned();
        let identity = fixture.text(&api::get_caller_identity()).await?;
        let account = between(&identity, "<Account>", "</Account>")?;
        fixture.account = account.to_owned();
        let role = fixture.text(&api::create_role(account, "bench")).await?;
        fixture.role_arn = between(&role, "<Arn>", "</Arn>")?.to_owned();
        Ok(fixture)
    }

    /// The same, started again after its server was stopped and something was done to its data.
    pub(crate) async fn restarted_after(
        self,
        work: impl AsyncFnOnce(&Path) -> anyhow::Result<()>,
    ) -> anyhow::Result<Self> {
        let Self {
            server,
            account,
            instance_arn,
            store,
            role_arn,
            users,
            ..
        } = self;
        let (program, folder) = (server.program.clone(), server.folder.clone());
        server.stop().await?;
        work(&folder.join("data")).await?;
        let server = Server::start(&program, &folder, &[]).await?;
        let (key, secret) = credentials(&server)?;
        Ok(Self {
            signer: Signer::new(server.address, &key, &secret),
            server,
            account,
            instance_arn,
            store,
            role_arn,
            users,
        })
    }

    /// Adds people until there are so many, or until the time is over.
    pub(crate) async fn grow(&mut self, size: u64, patience: Duration) -> anyhow::Result<()> {
        let begin = std::time::Instant::now();
        while self.users < size {
            let Some(left) = patience.checked_sub(begin.elapsed()) else {
                return Ok(());
            };
            let batch = self.users..size.min(self.users + BATCH);
            let calls = batch.map(|number| api::create_user(&self.store, number));
            let requests = Requests::once(self.sign(calls)?);
            let loaders = loaders(&self.server.program);
            let made = load(self.server.address, &requests, loaders, left).await?;
            self.users += made.requests;
        }
        Ok(())
    }

    /// Ids of people, and one request for each page of the whole list.
    pub(crate) async fn walk(&self) -> anyhow::Result<(Vec<String>, Vec<ApiCall>)> {
        let mut connection = Connection::new(self.server.address);
        let (mut ids, mut pages) = (Vec::new(), Vec::new());
        let mut ahead = VecDeque::from([api::list_users(&self.store, None)]);
        while let Some(call) = ahead.pop_front() {
            let request = self.signer.request(&call)?;
            let page: Value = serde_json::from_slice(connection.call(&request).await?)?;
            let users = page["Users"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            ids.extend(
                users
                    .iter()
                    .filter_map(|user| user["UserId"].as_str().map(str::to_owned)),
            );
            ahead.extend(
                page["NextToken"]
                    .as_str()
                    .map(|token| api::list_users(&self.store, Some(token))),
            );
            // The last page may be short.
            if users.len() == 100 {
                pages.push(call);
            }
        }
        Ok((ids, pages))
    }

    /// Signs many calls.
    pub(crate) fn sign(
        &self,
        calls: impl IntoIterator<Item = ApiCall>,
    ) -> anyhow::Result<Vec<Bytes>> {
        calls
            .into_iter()
            .map(|call| self.signer.request(&call))
            .collect()
    }

    async fn text(&self, call: &ApiCall) -> anyhow::Result<String> {
        let request = self.signer.request(call)?;
        let mut connection = Connection::new(self.server.address);
        let body = connection.call(&request).await;
        let body =
            body.with_context(|| format!("{}: {}", self.server.program.name(), call.body))?;
        Ok(String::from_utf8(body.to_vec())?)
    }

    /// The answer to one call.
    pub(crate) async fn json(&self, call: &ApiCall) -> anyhow::Result<Value> {
        Ok(serde_json::from_str(&self.text(call).await?)?)
    }
}

/// The administrator's key that Atrium's first start wrote; moto takes any.
fn credentials(server: &Server) -> anyhow::Result<(String, String)> {
    match server.program {
        Program::Moto { .. } => Ok(("AKIAIOSFODNN7EXAMPLE".to_owned(), "any".to_owned())),
        Program::Atrium { .. } => {
            let file = server.folder.join("data/credentials");
            let text = std::fs::read_to_string(&file)
                .context("the first start wrote no credentials: the database was in use before")?;
            let value = |name: &str| {
                let line = text.lines().find_map(|line| line.strip_prefix(name));
                let value = line.and_then(|rest| rest.trim().strip_prefix('='));
                value
                    .map(|value| value.trim().to_owned())
                    .context("no credentials in the file")
            };
            Ok((value("aws_access_key_id")?, value("aws_secret_access_key")?))
        }
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> anyhow::Result<&'a str> {
    let found = text
        .split_once(before)
        .and_then(|(_, rest)| rest.split_once(after));
    found
        .map(|(found, _)| found)
        .with_context(|| format!("no {before} in {text}"))
}
