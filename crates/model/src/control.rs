//! What is set about an Identity Center instance as a whole: the Regions it can be used in, the attributes that its
//! sessions carry for access control, and the token issuers it trusts.

mod access_control;
mod instance_region;
mod trusted_token_issuer;

pub use access_control::AccessControlAttribute;
pub use instance_region::{InstanceRegion, RegionStatus};
pub use trusted_token_issuer::{TrustedTokenIssuer, TrustedTokenIssuerArn};
