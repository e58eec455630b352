use atrium_model::{AccountId, InstanceId};

/// How the caller's account stands to an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It owns the instance, or administers Identity Center for the organization: every application is its own.
    Administrator,
    /// It is another member of the organization: it reaches only the applications it created itself.
    Member,
}

/// An account on its way to the applications of one instance.
#[derive(Clone, Copy, Debug)]
pub struct Approach<'a> {
    /// The instance.
    pub instance: &'a InstanceId,
    /// The caller's account.
    pub account: &'a AccountId,
    /// What it is to the instance.
    pub standing: Standing,
}
