//! Credentials for an account, and the configuration of clients that use them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_config::identity::IdentityCache;
use aws_config::retry::RetryConfig;
use aws_config::{Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};

use super::{Api, At, Failure, Rank};
use crate::options::AuditOptions;

const SESSION_NAME: &str = "atrium-audit";
const RENEW_BEFORE: Duration = Duration::from_secs(300);

/// Credentials that are exchanged for new ones while clients hold them.
#[derive(Clone, Debug, Default)]
struct Current(Arc<Mutex<Option<Credentials>>>);

impl Current {
    fn get(&self) -> Option<Credentials> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, credentials: Credentials) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(credentials);
    }
}

impl ProvideCredentials for Current {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(
            self.get()
                .ok_or_else(|| CredentialsError::not_loaded("no role assumed")),
        )
    }
}

/// Opens sessions in accounts.
pub(crate) struct Sessions<'a> {
    api: &'a Api,
    base: SdkConfig,
    sts: aws_sdk_sts::Client,
    partition: String,
    own_account: String,
    options: &'a AuditOptions,
}

impl<'a> Sessions<'a> {
    pub(crate) fn base(config: &SdkConfig) -> SdkConfig {
        config
            .to_builder()
            .retry_config(RetryConfig::disabled())
            .build()
    }

    pub(crate) fn new(
        api: &'a Api,
        config: &SdkConfig,
        caller_arn: &str,
        own_account: &str,
        options: &'a AuditOptions,
    ) -> Self {
        let base = Self::base(config);
        let partition = caller_arn.split(':').nth(1).unwrap_or("aws").to_owned();
        let sts = aws_sdk_sts::Client::new(&base);
        Self {
            api,
            base,
            sts,
            partition,
            own_account: own_account.to_owned(),
            options,
        }
    }

    /// Gets into an account: its role, or the caller's own credentials in the caller's own account.
    pub(crate) async fn open(&'a self, account: &str) -> Result<Session<'a>, Failure> {
        let own = account == self.own_account;
        let current = Current::default();
        let config = if own {
            self.base.clone()
        } else {
            let provider = SharedCredentialsProvider::new(current.clone());
            let builder = self
                .base
                .to_builder()
                .identity_cache(IdentityCache::no_cache());
            builder.credentials_provider(provider).build()
        };
        let session = Session {
            sessions: self,
            account: account.to_owned(),
            own,
            current,
            config,
            renewing: tokio::sync::Mutex::default(),
        };
        session.keep_fresh(Rank::Enter).await?;
        Ok(session)
    }

    async fn assume(&self, account: &str, rank: Rank) -> Result<Credentials, Failure> {
        const OPERATION: &str = "sts:AssumeRole";
        let role = format!(
            "arn:{}:iam::{account}:role/{}",
            self.partition, self.options.role_name
        );
        // The limit that counts is the caller's: the call is made in its account.
        let at = At {
            account: &self.own_account,
            rank,
        };
        let output = self
            .api
            .call(at, OPERATION, || {
                let call = self
                    .sts
                    .assume_role()
                    .role_arn(&role)
                    .role_session_name(SESSION_NAME);
                call.set_external_id(self.options.external_id.clone())
                    .send()
            })
            .await?;
        let given = output
            .credentials()
            .ok_or_else(|| Failure::other(OPERATION, "no credentials in the answer"))?;
        let expiry = SystemTime::try_from(*given.expiration()).ok();
        Ok(Credentials::new(
            given.access_key_id(),
            given.secret_access_key(),
            Some(given.session_token().to_owned()),
            expiry,
            "AssumeRole",
        ))
    }
}

/// An account that the run has got into.
pub(crate) struct Session<'a> {
    sessions: &'a Sessions<'a>,
    account: String,
    own: bool,
    current: Current,
    config: SdkConfig,
    renewing: tokio::sync::Mutex<()>,
}

impl Session<'_> {
    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    /// The configuration of clients for a Region; cheap, as connections are shared.
    pub(crate) fn config(&self, region: &str) -> SdkConfig {
        self.config
            .to_builder()
            .region(Region::new(region.to_owned()))
            .build()
    }

    /// As [`Api::call`], in this account; assumes the role again when its credentials run out.
    pub(crate) async fn call<T, E, F>(
        &self,
        rank: Rank,
        operation: &'static str,
        send: impl Fn() -> F,
    ) -> Result<T, Failure>
    where
        F: Future<
            Output = Result<
                T,
                aws_smithy_runtime_api::client::result::SdkError<
                    E,
                    aws_smithy_runtime_api::client::orchestrator::HttpResponse,
                >,
            >,
        >,
        E: aws_smithy_types::error::metadata::ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.keep_fresh(rank).await?;
        self.sessions
            .api
            .call(
                At {
                    account: &self.account,
                    rank,
                },
                operation,
                send,
            )
            .await
    }

    async fn keep_fresh(&self, rank: Rank) -> Result<(), Failure> {
        if self.own || self.is_fresh() {
            return Ok(());
        }
        let _one_at_a_time = self.renewing.lock().await;
        if !self.is_fresh() {
            self.current
                .set(self.sessions.assume(&self.account, rank).await?);
        }
        Ok(())
    }

    fn is_fresh(&self) -> bool {
        let Some(credentials) = self.current.get() else {
            return false;
        };
        credentials
            .expiry()
            .is_none_or(|expiry| SystemTime::now() + RENEW_BEFORE < expiry)
    }
}
