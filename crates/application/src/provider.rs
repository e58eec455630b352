//! The catalogue of application providers.
//!
//! AWS's own is long and changes; this one holds the providers whose ids are known, above all `custom`, the one that
//! customers create applications with.

/// How an application and Identity Center speak with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FederationProtocol {
    /// OAuth 2.0 and OpenID Connect.
    OAuth,
    /// SAML 2.0.
    Saml,
}

impl FederationProtocol {
    /// `OAUTH` or `SAML`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OAuth => "OAUTH",
            Self::Saml => "SAML",
        }
    }
}

/// An access scope that a provider's applications understand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceScope {
    /// Such as `codewhisperer:completions`.
    pub name: &'static str,
    /// What a consent page calls it.
    pub title: &'static str,
    /// What it allows.
    pub description: &'static str,
}

/// Something that applications are made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApplicationProvider {
    /// The end of its ARN.
    pub tail: &'static str,
    /// The end of its ARN in error messages, where AWS uses another one.
    internal_tail: Option<&'static str>,
    /// The protocol of its applications.
    pub protocol: FederationProtocol,
    /// Its name for people.
    pub display_name: &'static str,
    /// What it is.
    pub description: &'static str,
    /// Scopes of its resource server.
    pub scopes: &'static [ResourceScope],
    /// Whether customers create its applications with CreateApplication.
    pub open_to_customers: bool,
}

const PREFIX: &str = "arn:aws:sso::aws:applicationProvider/";

impl ApplicationProvider {
    /// `arn:aws:sso::aws:applicationProvider/…`.
    pub fn arn(&self) -> String {
        format!("{PREFIX}{}", self.tail)
    }

    /// The ARN that AWS's error messages show: an alias is reported under its internal id.
    pub fn internal_arn(&self) -> String {
        format!("{PREFIX}{}", self.internal_tail.unwrap_or(self.tail))
    }
}

const fn managed(
    tail: &'static str,
    display_name: &'static str,
    description: &'static str,
    scopes: &'static [ResourceScope],
) -> ApplicationProvider {
    ApplicationProvider {
        tail,
        internal_tail: None,
        protocol: FederationProtocol::OAuth,
        display_name,
        description,
        scopes,
        open_to_customers: false,
    }
}

const fn scope(
    name: &'static str,
    title: &'static str,
    description: &'static str,
) -> ResourceScope {
    ResourceScope {
        name,
        title,
        description,
    }
}

/// Every provider, in order of the ends of their ARNs.
pub const PROVIDERS: &[ApplicationProvider] = &[
    managed(
        "codecatalyst",
        "Amazon CodeCatalyst",
        "Plan, build and deliver software in one place.",
        &[],
    ),
    managed(
        "codewhisperer",
        "Amazon Q Developer",
        "A generative assistant for software development.",
        &[
            scope(
                "codewhisperer:analysis",
                "Code analysis",
                "Analyse code for security and quality.",
            ),
            scope(
                "codewhisperer:completions",
                "Code completions",
                "Suggest code while it is written.",
            ),
            scope(
                "codewhisperer:conversations",
                "Conversations",
                "Hold conversations about code.",
            ),
            scope(
                "codewhisperer:taskassist",
                "Task assistance",
                "Carry out development tasks.",
            ),
            scope(
                "codewhisperer:transformations",
                "Code transformations",
                "Transform code to newer versions.",
            ),
        ],
    ),
    ApplicationProvider {
        tail: "custom",
        internal_tail: None,
        protocol: FederationProtocol::OAuth,
        display_name: "Custom application",
        description: "A customer managed OAuth 2.0 application.",
        scopes: &[],
        open_to_customers: true,
    },
    ApplicationProvider {
        tail: "custom-saml",
        internal_tail: Some("app-50e590700beb5208"),
        protocol: FederationProtocol::Saml,
        display_name: "Custom SAML 2.0 application",
        description: "A customer managed SAML 2.0 application.",
        scopes: &[],
        open_to_customers: false,
    },
    managed(
        "eks-argocd",
        "Amazon EKS capability for Argo CD",
        "Continuous delivery for Kubernetes.",
        &[],
    ),
    managed(
        "quicksight",
        "Amazon QuickSight",
        "Business intelligence for everyone.",
        &[],
    ),
    managed(
        "redshift",
        "Amazon Redshift",
        "A data warehouse in the cloud.",
        &[scope(
            "redshift:connect",
            "Connect to Amazon Redshift",
            "Connect to a data warehouse and query it.",
        )],
    ),
    managed(
        "sagemaker",
        "Amazon SageMaker Studio",
        "Build, train and deploy machine learning models.",
        &[],
    ),
    managed(
        "sagemakerstudio",
        "Amazon SageMaker Unified Studio",
        "Data and AI development in one place.",
        &[],
    ),
];

/// The provider with this ARN; the SAML provider also answers to its internal id.
pub fn provider(arn: &str) -> Option<&'static ApplicationProvider> {
    let tail = arn.strip_prefix(PREFIX)?;
    PROVIDERS
        .iter()
        .find(|provider| provider.tail == tail || provider.internal_tail == Some(tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_in_order_and_answers_to_its_arns() {
        assert!(PROVIDERS.is_sorted_by(|a, b| a.tail < b.tail));
        for known in PROVIDERS {
            assert_eq!(provider(&known.arn()), Some(known));
            assert_eq!(provider(&known.internal_arn()), Some(known));
        }
        assert_eq!(
            provider("arn:aws:sso::aws:applicationProvider/nothing"),
            None
        );
        assert_eq!(provider("custom"), None);
    }
}
