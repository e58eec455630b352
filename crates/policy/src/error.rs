/// Why a policy document is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// `MalformedPolicyDocument` (IAM, STS) or `MalformedPolicyDocumentException` (Organizations).
    #[error("{message}")]
    Malformed {
        /// The text AWS answers with.
        message: String,
        /// What is wrong and where, for a person who repairs the document.
        detail: String,
    },
}

impl PolicyError {
    pub(crate) fn new(message: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Malformed {
            message: message.into(),
            detail: detail.into(),
        }
    }

    /// AWS's commonest answer, for a document whose shape doesn't follow the grammar.
    pub(crate) fn syntax(detail: impl Into<String>) -> Self {
        Self::new("Syntax errors in policy.", detail)
    }

    /// The text AWS answers with.
    pub fn message(&self) -> &str {
        let Self::Malformed { message, .. } = self;
        message
    }

    /// What is wrong and where, for a person who repairs the document.
    pub fn detail(&self) -> &str {
        let Self::Malformed { detail, .. } = self;
        detail
    }
}
