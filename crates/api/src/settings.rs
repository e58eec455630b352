use std::time::Duration;

use atrium_issuer::IpNet;
use atrium_model::AccountId;

use crate::{LakeSettings, Quotas, Rehearsal, RuleSettings, Throttling, TrustedProxy};

/// What an operator can set about how the service answers.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Any signature is accepted and accounts exist from their first use.
    pub dev: bool,
    /// The account of access keys that name none, in `dev`.
    pub dev_account: AccountId,
    /// How much there may be of everything.
    pub quotas: Quotas,
    /// Which request rates hold.
    pub throttling: Throttling,
    /// Delays and failures made on purpose. `dev` only.
    pub rehearsal: Rehearsal,
    /// Where S3 objects are kept: `file://DIR`, `s3://BUCKET[/PREFIX]`, or `memory://` for tests.
    pub object_store: String,
    /// Networks that are not public and in which token issuers may be.
    pub issuer_networks: Vec<IpNet>,
    /// Proxies that are believed what they tell of their clients: addresses and TLS.
    pub trusted_proxies: Vec<TrustedProxy>,
    /// URLs besides AWS's own to which SAML responses for this service are delivered; they are audiences too.
    pub saml_recipients: Vec<String>,
    /// How often files are cut and delivered to trails. AWS does so about every five minutes.
    pub trail_interval: Duration,
    /// How often digests tell of what was delivered. AWS: every hour.
    pub digest_interval: Duration,
    /// How event data stores are filled and queried.
    pub lake: LakeSettings,
    /// Which events are told to whom, if any are.
    pub rules: Option<RuleSettings>,
    /// The largest body of a request that is not for S3, in bytes.
    pub max_body: usize,
    /// How long the body of a request may take to arrive.
    pub body_timeout: Duration,
    /// How long a client token stands for its first answer. AWS does not say how long it does there.
    pub client_token_retention: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            dev: false,
            dev_account: "123456789012".parse().expect("twelve digits"),
            quotas: Quotas::default(),
            throttling: Throttling::Off,
            rehearsal: Rehearsal::default(),
            object_store: "memory://".to_owned(),
            issuer_networks: Vec::new(),
            trusted_proxies: Vec::new(),
            saml_recipients: Vec::new(),
            trail_interval: Duration::from_secs(300),
            digest_interval: Duration::from_secs(3600),
            lake: LakeSettings::default(),
            rules: None,
            max_body: 1 << 20,
            body_timeout: Duration::from_secs(30),
            client_token_retention: Duration::from_secs(24 * 3600),
        }
    }
}
