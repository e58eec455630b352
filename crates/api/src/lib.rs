//! The HTTP edge: tells which operation a request is, who makes it and whether they may, decodes it, calls the area
//! that does the work, encodes the answer, and records the event.
//!
//! One file a family of operations, with no rules of its own: what may be done is the areas' to say. No SQL here.

mod access_worker;
mod account;
mod arrival;
mod atrium_console;
mod authenticate;
mod authority;
mod call;
mod clock;
mod cloudtrail;
mod cloudtrail_data;
#[cfg(test)]
mod coverage;
mod edge;
mod event_buffer;
mod facts;
mod first_start;
mod health;
mod iam;
mod identitystore;
mod job;
mod key_use;
mod lake_worker;
mod listener;
mod log_reader;
mod notes;
mod organizations;
mod portal;
mod proxy;
mod quotas;
mod registry;
mod rehearsal;
mod resource_controls;
mod rule_worker;
mod s3;
mod service_role;
mod services;
mod settings;
mod sso_admin;
mod sso_oidc;
mod sts;
mod throttle;
mod trail_worker;
mod visit;
mod worker;

pub use atrium_issuer::IpNet;
pub use call::Call;
pub use clock::{Clock, SystemClock, SystemRandom};
pub use edge::router;
pub use event_buffer::EventBuffer;
pub use first_start::{AdministratorKey, FirstStartError, administrator_key_kept, first_start};
pub use lake_worker::{LakeError, LakeSettings, run_lake};
pub use listener::serve;
pub use proxy::{ParseProxyError, TrustedProxy};
pub use quotas::{ParseQuotaError, Quota, QuotaSetting, Quotas, Unit};
pub use registry::Registry;
pub use rehearsal::Rehearsal;
pub use rule_worker::{
    LaneSettings, RuleSettings, SendError, Sender, begin_rules, run_rules, tell,
};
pub use s3::{OpenSegmentsError, Segments, sweep};
pub use services::Services;
pub use settings::Settings;
pub use throttle::{Operations, Rate, Throttling};
pub use trail_worker::{DeliveryError, deliver, run_delivery};

/// Every operation that is implemented, by service and name.
pub fn registry() -> Registry {
    let mut registry = Registry::default();
    account::register(&mut registry);
    atrium_console::register(&mut registry);
    cloudtrail::register(&mut registry);
    cloudtrail_data::register(&mut registry);
    iam::register(&mut registry);
    identitystore::register(&mut registry);
    organizations::register(&mut registry);
    portal::register(&mut registry);
    sso_admin::register(&mut registry);
    sso_oidc::register(&mut registry);
    sts::register(&mut registry);
    registry
}
