use atrium_store::StoreError;

/// Why an application gets no token.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The application is switched off, or its people don't come by OAuth 2.0.
    #[error("the application can't have tokens")]
    Application,
    /// The application has no grant of this type.
    #[error("the application has no grant of type `{0}`")]
    NotGranted(&'static str),
    /// No issuer that the grant names made the assertion.
    #[error("the assertion's issuer is not trusted")]
    UnknownIssuer,
    /// The assertion is for somebody else.
    #[error("the assertion is not for an authorized audience")]
    Audience,
    /// The assertion does not tell who someone is, or tells it of nobody in the instance.
    #[error("the assertion stands for nobody")]
    Nobody,
    /// The token that was brought is not good: unknown, over, another application's.
    #[error("the token is not valid")]
    Token,
    /// The person may not sign in.
    #[error("the user is disabled")]
    Disabled,
    /// The person is not assigned to the application.
    #[error("the user is not assigned to the application")]
    NotAssigned,
    /// A scope that the application does not have.
    #[error("the scope `{0}` is not the application's")]
    Scope(String),
    /// The store failed.
    #[error("could not read or save the token")]
    Store(#[from] StoreError),
}
