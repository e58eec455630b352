use crate::{context::Context, principal::Principal};

/// What is to be allowed or denied.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The action, such as `sso:CreateInstance`.
    pub action: &'a str,
    /// The ARN of the resource, or `*` for actions that are about none.
    pub resource: &'a str,
    /// Who asks.
    pub principal: Principal<'a>,
    /// What conditions and variables can look at. The caller of this crate fills in every key, also those about the
    /// principal (`aws:PrincipalAccount`, `aws:PrincipalArn`, `aws:username` …).
    pub context: Context<'a>,
}
