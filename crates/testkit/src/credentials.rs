use atrium_model::AccountId;
use serde_json::Value;

/// What a caller signs with.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Whose they are.
    pub account: AccountId,
    /// `AKIA…` or `ASIA…`.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: String,
    /// With temporary credentials.
    pub session_token: Option<String>,
}

impl Credentials {
    /// Long-lived ones.
    pub fn new(account: &str, access_key_id: &str, secret_access_key: &str) -> Self {
        Self {
            account: account.parse().unwrap(),
            access_key_id: access_key_id.to_owned(),
            secret_access_key: secret_access_key.to_owned(),
            session_token: None,
        }
    }

    /// Those in the answer of an STS operation, or of `iam:CreateAccessKey`.
    pub fn from_answer(account: &AccountId, answer: &Value) -> Self {
        let given = ["Credentials", "AccessKey"]
            .iter()
            .find_map(|name| answer.get(name))
            .unwrap_or_else(|| panic!("no credentials in {answer}"));
        let text = |name: &str| given[name].as_str().map(str::to_owned);
        Self {
            account: account.clone(),
            access_key_id: text("AccessKeyId").unwrap(),
            secret_access_key: text("SecretAccessKey").unwrap(),
            session_token: text("SessionToken"),
        }
    }

    /// The same in the SDK's form.
    pub(crate) fn for_sdk(&self) -> aws_credential_types::Credentials {
        aws_credential_types::Credentials::new(
            &self.access_key_id,
            &self.secret_access_key,
            self.session_token.clone(),
            None,
            "test",
        )
    }
}
