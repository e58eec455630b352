use atrium_model::application::{Application, ApplicationAssignment, AssignedPrincipal};
use atrium_model::{AccountId, ApplicationId, IdentityStoreId, InstanceId, UserId};

use crate::StoreError;

/// What the application area asks of a transaction.
///
/// Every method names the instance; nothing crosses from one to another.
pub trait ApplicationTx {
    /// Keeps a new application. [`StoreError::Duplicate`] if the instance has one with this id.
    fn insert_application(&mut self, application: &Application) -> Result<(), StoreError>;

    /// An application of the instance.
    fn application(
        &mut self,
        instance: &InstanceId,
        id: &ApplicationId,
    ) -> Result<Option<Application>, StoreError>;

    /// Keeps an application's changed name, description, status, portal options, assignment and session settings.
    /// Answers whether it is there.
    fn update_application(&mut self, application: &Application) -> Result<bool, StoreError>;

    /// Deletes an application with its assignments, settings and tokens. Answers whether it was there.
    fn delete_application(
        &mut self,
        instance: &InstanceId,
        id: &ApplicationId,
    ) -> Result<bool, StoreError>;

    /// A page of the instance's applications in order of their ids.
    fn applications(
        &mut self,
        instance: &InstanceId,
        filter: &ApplicationFilter,
        after: Option<&ApplicationId>,
        limit: i64,
    ) -> Result<Vec<Application>, StoreError>;

    /// How many applications the instance has.
    fn count_applications(&mut self, instance: &InstanceId) -> Result<i64, StoreError>;

    /// Deletes everything this area keeps of an instance.
    fn delete_applications_of_instance(&mut self, instance: &InstanceId) -> Result<(), StoreError>;

    /// Keeps a new assignment. [`StoreError::Duplicate`] if it is there already.
    fn insert_application_assignment(
        &mut self,
        assignment: &ApplicationAssignment,
    ) -> Result<(), StoreError>;

    /// The assignment of one principal to one application.
    fn application_assignment(
        &mut self,
        instance: &InstanceId,
        application: &ApplicationId,
        principal: &AssignedPrincipal,
    ) -> Result<Option<ApplicationAssignment>, StoreError>;

    /// Deletes an assignment. Answers whether it was there.
    fn delete_application_assignment(
        &mut self,
        instance: &InstanceId,
        application: &ApplicationId,
        principal: &AssignedPrincipal,
    ) -> Result<bool, StoreError>;

    /// A page of an application's assignments in order of kind (groups first) and principal id.
    fn application_assignments(
        &mut self,
        instance: &InstanceId,
        application: &ApplicationId,
        after: Option<&AssignedPrincipal>,
        limit: i64,
    ) -> Result<Vec<ApplicationAssignment>, StoreError>;

    /// Whether a person of the instance's identity store is assigned to an application, themselves or through a group.
    fn is_assigned_to_application(
        &mut self,
        instance: &InstanceId,
        application: &ApplicationId,
        store: &IdentityStoreId,
        user: &UserId,
    ) -> Result<bool, StoreError>;

    /// A page of the applications that a principal is assigned to itself, in order of their ids.
    fn applications_of_principal(
        &mut self,
        instance: &InstanceId,
        principal: &AssignedPrincipal,
        after: Option<&ApplicationId>,
        limit: i64,
    ) -> Result<Vec<Application>, StoreError>;

    /// Deletes all of a principal's assignments; called when the user or group is deleted.
    ///
    /// `principal_kind` is `USER` or `GROUP`.
    fn delete_assignments_of_principal(
        &mut self,
        instance: &InstanceId,
        principal_kind: &str,
        principal_id: &str,
    ) -> Result<(), StoreError>;

    /// Keeps one part of an application, in place of an older one of the same name.
    fn put_application_part(
        &mut self,
        instance: &InstanceId,
        application: &ApplicationId,
        part: &ApplicationPart,
    ) -> Result<(), StoreError>;

    /// Parts of one kind, in order of their names, after the given name.
    fn application_parts(
        &mut self,
        instance: &InstanceId,
        application: &ApplicationId,
        kind: ApplicationPartKind,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<ApplicationPart>, StoreError>;

    /// One part of an application.
    fn application_part(
        &mut self,
        instance: &InstanceId,
        application: &ApplicationId,
        kind: ApplicationPartKind,
        name: &str,
    ) -> Result<Option<ApplicationPart>, StoreError>;

    /// Deletes one part. Answers whether it was there.
    fn delete_application_part(
        &mut self,
        instance: &InstanceId,
        application: &ApplicationId,
        kind: ApplicationPartKind,
        name: &str,
    ) -> Result<bool, StoreError>;
}

/// Which applications of an instance are meant; an absent field selects all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApplicationFilter {
    /// Only those that this account created.
    pub account: Option<AccountId>,
    /// Only those of this application provider, by ARN.
    pub provider: Option<String>,
}

/// What an application has several of, each under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationPartKind {
    /// Access scopes, by scope.
    AccessScope,
    /// Grants, by grant type.
    Grant,
    /// Authentication methods, by type.
    AuthenticationMethod,
}

impl ApplicationPartKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::AccessScope => "scope",
            Self::Grant => "grant",
            Self::AuthenticationMethod => "method",
        }
    }
}

/// An access scope, grant or authentication method of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationPart {
    /// What it is.
    pub kind: ApplicationPartKind,
    /// Its name among the application's parts of this kind.
    pub name: String,
    /// What it says, as JSON.
    pub content: String,
}
