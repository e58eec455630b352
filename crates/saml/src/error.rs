/// Why a document is no metadata of an identity provider that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// It is not XML, too deeply nested, or has a document type.
    #[error("the metadata is not XML that can be read")]
    Xml,
    /// It is not an `EntityDescriptor`.
    #[error("the metadata's root is not an EntityDescriptor")]
    NotADescriptor,
    /// The entity has no id, or too long a one.
    #[error("the entity has no entityID of 1 to 1024 characters")]
    EntityId,
    /// The entity is no identity provider for SAML 2.0.
    #[error("the entity is no identity provider for SAML 2.0")]
    NoIdentityProvider,
    /// There is nowhere to sign in.
    #[error("the identity provider has no single sign-on service")]
    NoSignOnService,
    /// There is no certificate to check signatures with.
    #[error("the identity provider has no certificate for signatures")]
    NoCertificate,
    /// A certificate can't be read, or its key can't be used.
    #[error("a certificate for signatures can't be used")]
    Certificate,
    /// More certificates than are kept.
    #[error("the identity provider has more than {0} certificates for signatures")]
    TooManyCertificates(usize),
    /// `validUntil` is no time.
    #[error("validUntil is no time")]
    ValidUntil,
}

/// Why a response is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResponseError {
    /// It is not base 64 of XML text, too long, too deeply nested, or has a document type.
    #[error("the response can't be read")]
    Unreadable,
    /// It is XML, but not built as SAML and this service want it. Says what is wrong.
    #[error("the response is not built as it should be: {0}")]
    Malformed(&'static str),
    /// The identity provider says that signing in failed.
    #[error("the identity provider did not sign the user in")]
    Rejected,
    /// Neither response nor assertion is signed with a key of the provider, or what is signed is not what would be read.
    #[error("the signature is not valid")]
    Signature,
    /// Someone else issued it.
    #[error("it has another issuer than the provider")]
    Issuer,
    /// It is meant for someone else.
    #[error("it is meant for another audience")]
    Audience,
    /// It was to be delivered elsewhere.
    #[error("it was to be delivered elsewhere")]
    Recipient,
    /// It is not good yet.
    #[error("it is not good yet")]
    NotYet,
    /// It is not good any more.
    #[error("it has expired")]
    Expired,
    /// It was issued too long ago to be shown for the first time.
    #[error("it was issued too long ago")]
    Stale,
}
