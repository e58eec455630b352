use serde_json::Value;

use crate::IssuerError;

/// Where an issuer's configuration is (OpenID Connect Discovery 1.0, section 4).
pub(crate) fn url(issuer: &str) -> String {
    let issuer = issuer.strip_suffix('/').unwrap_or(issuer);
    format!("{issuer}/.well-known/openid-configuration")
}

/// Where the issuer's keys are. Its configuration must name the very issuer that was asked (section 4.3).
pub(crate) fn keys_url<'a>(configuration: &'a Value, issuer: &str) -> Result<&'a str, IssuerError> {
    if configuration["issuer"].as_str() != Some(issuer) {
        return Err(IssuerError::Answer("it names another issuer"));
    }
    configuration["jwks_uri"]
        .as_str()
        .ok_or(IssuerError::Answer("it names no place of its keys"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_configuration_is_of_the_issuer_that_was_asked() {
        let keys = json!("https://keys.example");
        let cases = [
            (
                json!({"issuer": "https://a.example", "jwks_uri": keys}),
                true,
            ),
            (
                json!({"issuer": "https://a.example/", "jwks_uri": keys}),
                false,
            ),
            (
                json!({"issuer": "https://b.example", "jwks_uri": keys}),
                false,
            ),
            (json!({"issuer": "https://a.example"}), false),
            (json!({"issuer": "https://a.example", "jwks_uri": 1}), false),
            (json!([]), false),
        ];
        for (configuration, want) in cases {
            let found = keys_url(&configuration, "https://a.example");
            assert_eq!(found.is_ok(), want, "{configuration}");
        }
    }

    #[test]
    fn a_slash_at_the_end_is_not_doubled() {
        let want = "https://a.example/.well-known/openid-configuration";
        assert_eq!(url("https://a.example"), want);
        assert_eq!(url("https://a.example/"), want);
    }
}
