/// Who makes a request, as far as principals of policies can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Principal<'a> {
    /// Nobody known.
    Anonymous,
    /// The root user of an account.
    Root {
        /// The account id, twelve digits.
        account: &'a str,
    },
    /// An IAM user.
    User {
        /// The account id.
        account: &'a str,
        /// `arn:aws:iam::…:user/…`
        arn: &'a str,
        /// The unique id, `AIDA…`.
        id: &'a str,
    },
    /// A session of an IAM role.
    Role {
        /// The account id.
        account: &'a str,
        /// The role's own ARN with its path, `arn:aws:iam::…:role/…`.
        arn: &'a str,
        /// `arn:aws:sts::…:assumed-role/…/…`
        session_arn: &'a str,
        /// The role's unique id, `AROA…`, without the session's name.
        id: &'a str,
    },
    /// A session of GetFederationToken.
    FederatedUser {
        /// The account id.
        account: &'a str,
        /// `arn:aws:sts::…:federated-user/…`
        arn: &'a str,
    },
    /// An AWS service, such as `cloudtrail.amazonaws.com`.
    Service {
        /// The service principal.
        name: &'a str,
    },
    /// Someone whom an identity provider vouches for, before they have assumed a role.
    Federated {
        /// The ARN of the SAML or OIDC provider, or a well-known name such as `accounts.google.com`.
        provider: &'a str,
    },
    /// An S3 canonical user.
    CanonicalUser {
        /// The canonical user id.
        id: &'a str,
    },
}

impl<'a> Principal<'a> {
    /// The account the principal belongs to, if it belongs to one.
    pub fn account(&self) -> Option<&'a str> {
        match *self {
            Self::Root { account }
            | Self::User { account, .. }
            | Self::Role { account, .. }
            | Self::FederatedUser { account, .. } => Some(account),
            Self::Anonymous
            | Self::Service { .. }
            | Self::Federated { .. }
            | Self::CanonicalUser { .. } => None,
        }
    }

    /// Whether this is an account's root user.
    pub fn is_root(&self) -> bool {
        matches!(self, Self::Root { .. })
    }
}
