use atrium_model::access::{
    AccessRequest, AccountAssignment, PermissionSet, RequestKind, RequestStatus,
};
use atrium_model::application::AssignedPrincipal;
use atrium_model::directory::Instance;
use atrium_model::organization::AccountStatus;
use atrium_model::{AccountId, OpContext};
use atrium_store::{StoreError, Tx};

use super::failure::Failure;
use super::role::{ensure_role, remove_role};
use super::{RoleChange, RoleQuotas};

/// How many accounts are provisioned in one transaction.
const AT_ONCE: i64 = 20;

/// What became of a request.
pub(super) struct Performed {
    pub(super) status: RequestStatus,
    pub(super) failure_reason: Option<String>,
    pub(super) done: Option<AccountId>,
    pub(super) changes: Vec<RoleChange>,
}

impl Performed {
    fn ended(status: RequestStatus, failure_reason: Option<String>) -> Self {
        Self {
            status,
            failure_reason,
            done: None,
            changes: Vec::new(),
        }
    }

    pub(super) fn failed(reason: impl ToString) -> Self {
        Self::ended(RequestStatus::Failed, Some(reason.to_string()))
    }

    fn succeeded(changes: Vec<RoleChange>) -> Self {
        Self {
            changes,
            ..Self::ended(RequestStatus::Succeeded, None)
        }
    }
}

/// What one account's part of the work came to. A failure has changed nothing.
type Outcome = Result<Result<Vec<RoleChange>, Failure>, StoreError>;

/// Does a request, or a part of it.
pub(super) fn perform(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    quotas: RoleQuotas,
    request: &AccessRequest,
) -> Result<Performed, StoreError> {
    let asked = &request.asked;
    let (instance, set) = (&asked.instance, &asked.permission_set);
    if asked.kind == RequestKind::Tidy {
        // The instance and its permission sets may be gone by now.
        let changes = match &asked.account {
            Some(account) => tidy(tx, request, account)?,
            None => Vec::new(),
        };
        return Ok(Performed::succeeded(changes));
    }
    let Some(set) = tx.permission_set(instance, set)? else {
        return Ok(Performed::failed(Failure::PermissionSet(set.clone())));
    };
    let Some(instance) = tx.instance(instance)? else {
        return Ok(Performed::failed(Failure::PermissionSet(set.id)));
    };
    let work = Work {
        cx,
        quotas,
        request,
        instance: &instance,
        set: &set,
    };
    let outcome = match (asked.kind, &asked.account, &asked.principal) {
        (RequestKind::CreateAssignment, Some(account), Some(principal)) => {
            work.create(tx, account, principal)?
        }
        (RequestKind::DeleteAssignment, Some(account), Some(principal)) => {
            work.delete(tx, account, principal)?
        }
        (RequestKind::Provision, Some(account), _) => work.provision(tx, account)?,
        (RequestKind::Provision, None, _) => return work.provision_all(tx),
        _ => {
            let error = format!(
                "access request {} lacks its account or principal",
                request.number
            );
            return Err(StoreError::Corrupt(error));
        }
    };
    Ok(match outcome {
        Ok(changes) => Performed::succeeded(changes),
        Err(failure) => Performed::failed(failure),
    })
}

/// Removes the role of a permission set from an account in which nobody has it.
fn tidy(
    tx: &mut dyn Tx,
    request: &AccessRequest,
    account: &AccountId,
) -> Result<Vec<RoleChange>, StoreError> {
    let (instance, set) = (&request.asked.instance, &request.asked.permission_set);
    let someone = tx.account_assignments(instance, account, set, None, 1)?;
    match someone.is_empty() {
        true => remove_role(tx, instance, account, set),
        false => Ok(Vec::new()),
    }
}

struct Work<'a> {
    cx: &'a OpContext<'a>,
    quotas: RoleQuotas,
    request: &'a AccessRequest,
    instance: &'a Instance,
    set: &'a PermissionSet,
}

impl Work<'_> {
    fn create(
        &self,
        tx: &mut dyn Tx,
        account: &AccountId,
        principal: &AssignedPrincipal,
    ) -> Outcome {
        let store = &self.instance.identity_store;
        let known = match principal {
            AssignedPrincipal::User(id) => tx.user(store, id)?.is_some(),
            AssignedPrincipal::Group(id) => tx.group(store, id)?.is_some(),
        };
        if !known {
            return Ok(Err(Failure::Principal {
                principal: principal.clone(),
                store: store.clone(),
            }));
        }
        let changes = match tx.provisioned(&self.instance.id, account, &self.set.id)? {
            // It stays as it was provisioned, even if the permission set has changed since.
            Some(_) if self.is_active(tx, account)? => Vec::new(),
            Some(_) => return Ok(Err(Failure::Account(account.clone()))),
            None => match self.apply(tx, account)? {
                Ok(changes) => changes,
                Err(failure) => return Ok(Err(failure)),
            },
        };
        let made = tx.insert_account_assignment(&AccountAssignment {
            instance: self.instance.id.clone(),
            account: account.clone(),
            permission_set: self.set.id.clone(),
            principal: principal.clone(),
            created: self.cx.now(),
        });
        match made {
            Ok(()) | Err(StoreError::Duplicate(_)) => Ok(Ok(changes)),
            Err(error) => Err(error),
        }
    }

    fn delete(
        &self,
        tx: &mut dyn Tx,
        account: &AccountId,
        principal: &AssignedPrincipal,
    ) -> Outcome {
        let (instance, set) = (&self.instance.id, &self.set.id);
        if !tx.delete_account_assignment(instance, account, set, principal)? {
            return Ok(Err(Failure::Assignment));
        }
        tidy(tx, self.request, account).map(Ok)
    }

    fn provision(&self, tx: &mut dyn Tx, account: &AccountId) -> Outcome {
        let set = &self.set.id;
        if tx.provisioned(&self.instance.id, account, set)?.is_none() {
            return Ok(Err(Failure::NotProvisioned {
                set: set.clone(),
                account: account.clone(),
            }));
        }
        self.apply(tx, account)
    }

    /// The next accounts of those that have the permission set. Where one can't be done, the others are.
    fn provision_all(&self, tx: &mut dyn Tx) -> Result<Performed, StoreError> {
        let after = self.request.done.as_ref();
        let (instance, set) = (&self.instance.id, &self.set.id);
        let accounts = tx.accounts_of_permission_set(instance, set, None, after, AT_ONCE)?;
        let mut reason = self.request.failure_reason.clone();
        let mut changes = Vec::new();
        for account in &accounts {
            match self.apply(tx, account)? {
                Ok(more) => changes.extend(more),
                Err(failure) => reason = reason.or_else(|| Some(failure.to_string())),
            }
        }
        let more = i64::try_from(accounts.len()).is_ok_and(|count| count == AT_ONCE);
        Ok(Performed {
            status: match (more, &reason) {
                (true, _) => RequestStatus::InProgress,
                (false, None) => RequestStatus::Succeeded,
                (false, Some(_)) => RequestStatus::Failed,
            },
            failure_reason: reason,
            done: if more { accounts.last().cloned() } else { None },
            changes,
        })
    }

    /// Gives an account the permission set as it is now.
    fn apply(&self, tx: &mut dyn Tx, account: &AccountId) -> Outcome {
        if !self.is_active(tx, account)? {
            return Ok(Err(Failure::Account(account.clone())));
        }
        if *account == self.instance.owner
            && let Some(refusal) = &self.request.asked.refusal
        {
            return Ok(Err(Failure::Denied(refusal.clone())));
        }
        ensure_role(self.cx, tx, self.quotas, self.instance, self.set, account)
    }

    fn is_active(&self, tx: &mut dyn Tx, account: &AccountId) -> Result<bool, StoreError> {
        Ok(tx.account(account)?.is_some_and(|account| {
            account.status == AccountStatus::Active
                && account.joined.map(|joined| joined.organization) == self.instance.organization
        }))
    }
}
