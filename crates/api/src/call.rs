use atrium_model::directory::Instance;
use atrium_model::{AccountId, OpContext, Region};
use atrium_policy::Policy;
use atrium_store::{IdempotentAnswer, PageTokens, StoreError, Tx};
use atrium_trail::Resource;
use atrium_wire::{OperationMeta, Shape, WireError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::arrival::{Arrival, Signed};
use crate::authority::{Attached, Authority};
use crate::facts::RequestFacts;
use crate::notes::EventNotes;
use crate::{Quotas, Services};

/// One call of an operation, while its transaction is open.
pub struct Call<'a> {
    /// Who calls, from where, when; new ids.
    pub cx: OpContext<'a>,
    /// The transaction.
    pub tx: &'a mut dyn Tx,
    /// What the server works with.
    pub services: &'a Services,
    /// Which operation this is.
    pub operation: &'static OperationMeta,
    /// The caller's policies as they were when the transaction began.
    pub(crate) authority: &'a Authority,
    pub(crate) facts: &'a RequestFacts,
    pub(crate) input: &'a Value,
    /// What the operation adds to the call's event.
    pub(crate) notes: EventNotes,
}

impl<'a> Call<'a> {
    /// The caller's account.
    pub fn account(&self) -> &AccountId {
        &self.cx.caller.account
    }

    /// Notes that the call works on an instance. If another account owns it, the event says so there as well.
    pub(crate) fn works_on(&mut self, instance: &Instance) {
        if instance.owner == *self.account() {
            return;
        }
        self.notes.owner = Some(instance.owner.clone());
        self.notes.resources.push(Resource {
            account: Some(instance.owner.clone()),
            kind: "AWS::SSO::Instance".to_owned(),
            arn: instance.arn(),
        });
    }

    /// How much there may be of everything.
    pub fn quotas(&self) -> &'a Quotas {
        &self.services.settings.quotas
    }

    /// Refuses the call unless the caller's policies, the organization's, and the session's allow `action` on
    /// `resource`. `keys` are condition keys of this request, such as `aws:RequestTag/team`, with their values.
    ///
    /// The refusal names action, resource and the kind of policy that decided, as AWS's does.
    pub fn authorize(
        &self,
        action: &str,
        resource: &str,
        keys: &[(&str, &[&str])],
    ) -> Result<(), WireError> {
        self.authority
            .allow(&self.cx, self.facts, action, resource, keys)
    }

    /// Like [`Call::authorize`], for a resource of `owner` that has a policy of its own, or could have one.
    pub(crate) fn authorize_by(
        &self,
        action: &str,
        resource: &str,
        keys: &[(&str, &[&str])],
        owner: &AccountId,
        policy: Option<&Policy>,
    ) -> Result<(), WireError> {
        let attached = Attached { owner, policy };
        self.authority
            .allow_by(&self.cx, self.facts, action, resource, keys, attached)
    }

    /// The caller's policies and organization, for operations that decide more than [`Call::authorize`] does.
    pub(crate) fn authority(&self) -> &Authority {
        self.authority
    }

    /// Where a list goes on. `scope` names what selects the list's entries; a token of another list, caller or
    /// operation is refused.
    pub fn page<T: DeserializeOwned>(
        &self,
        scope: &str,
        token: Option<&str>,
    ) -> Result<Option<T>, WireError> {
        let Some(token) = token else { return Ok(None) };
        self.page_tokens()
            .open(&self.page_scope(scope), token)
            .map(Some)
            .map_err(|_| invalid_token(self.operation))
    }

    /// The token that continues a list after `cursor`.
    pub fn next_token(&self, scope: &str, cursor: &impl Serialize) -> String {
        self.page_tokens().seal(&self.page_scope(scope), cursor)
    }

    fn page_tokens(&self) -> PageTokens<'_> {
        PageTokens::new(&self.services.vault, self.cx.random)
    }

    fn page_scope(&self, scope: &str) -> String {
        page_scope(self.account(), self.cx.region, self.operation, scope)
    }

    /// Answers a repeated request with its first answer, or runs `make` and remembers what it answered.
    ///
    /// The same `token` with other parameters is a conflict. Without a token, `make` just runs.
    pub fn idempotent<T: Shape + Clone>(
        &mut self,
        token: Option<&str>,
        make: impl FnOnce(&mut Self) -> Result<T, WireError>,
    ) -> Result<T, WireError> {
        let Some(token) = token else {
            return make(self);
        };
        let (service, operation) = (self.operation.service.name, self.operation.name);
        let scope = format!(
            "{}/{}/{service}/{operation}/{token}",
            self.account(),
            self.cx.region
        );
        let request_hash = hex::encode(Sha256::digest(self.input.to_string()));
        let known = self
            .tx
            .idempotent_answer(&scope, self.cx.now)
            .map_err(store_failure)?;
        if let Some(known) = known {
            if known.request_hash != request_hash {
                return Err(WireError::conflict(format!(
                    "The client token {token} was used before with other parameters."
                )));
            }
            let answer = serde_json::from_str(&known.answer).map_err(|_| WireError::internal())?;
            return Ok(T::from_value(answer)?);
        }
        let made = make(self)?;
        let answer = IdempotentAnswer {
            request_hash,
            answer: made.clone().into_value().to_string(),
        };
        let expires = self.cx.now + self.services.settings.client_token_retention;
        self.tx
            .put_idempotent_answer(&scope, &answer, expires)
            .map_err(store_failure)?;
        Ok(made)
    }
}

/// What a page token belongs to.
fn page_scope(
    account: &AccountId,
    region: &Region,
    operation: &OperationMeta,
    scope: &str,
) -> String {
    let (service, operation) = (operation.service.name, operation.name);
    format!("{account}/{region}/{service}/{operation}/{scope}")
}

/// Where a list goes on, as [`Call::page`] says it, before the call's transaction.
pub(crate) fn open_page_token<T: DeserializeOwned>(
    arrival: &Arrival,
    signed: &Signed,
    scope: &str,
    token: Option<&str>,
) -> Result<Option<T>, WireError> {
    let Some(token) = token else { return Ok(None) };
    let services = &arrival.services;
    let scope = page_scope(&signed.account, &signed.region, arrival.operation, scope);
    PageTokens::new(&services.vault, &*services.random)
        .open(&scope, token)
        .map(Some)
        .map_err(|_| invalid_token(arrival.operation))
}

/// The answer to a failure of the store: it is logged here, and tells the caller nothing.
#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
pub(crate) fn store_failure(error: StoreError) -> WireError {
    match &error {
        // Another transaction was in the way too often: AWS's SDKs try such calls again.
        StoreError::Conflict => WireError::throttled("Rate exceeded"),
        error => {
            tracing::error!(error = %error, "the store failed");
            WireError::internal()
        }
    }
}

/// The refusal of a page token, in the service's words.
fn invalid_token(operation: &OperationMeta) -> WireError {
    match operation.service.name {
        "organizations" => WireError::new(
            "InvalidInputException",
            "You provided an invalid value for the NextToken parameter.",
        )
        .with("Reason", "INVALID_NEXT_TOKEN"),
        "cloudtrail" => {
            let codes = ["InvalidNextTokenException", "InvalidTokenException"].into_iter();
            let code = codes
                .into_iter()
                .find(|code| operation.error(code).is_some());
            WireError::new(code.unwrap_or("ValidationException"), "Invalid NextToken.")
        }
        "iam" => WireError::new("ValidationError", "Invalid Marker."),
        _ => WireError::validation("The NextToken is not valid for this request."),
    }
}
