//! How much there may be of everything, and how often a caller may ask.

use atrium_api::{Quota, QuotaSetting, Quotas, Throttling};
use clap::{Args, ValueEnum};

use crate::cli::{OutputFormat, Table};

/// Quotas and request rates.
#[derive(Debug, Args)]
pub(crate) struct LimitArgs {
    /// Set a quota, such as organizations.accounts=50; may be given several times.
    ///
    /// --list-quotas shows their names. What is not set is as on AWS, but for organizations.accounts.
    #[arg(long = "quota", value_name = "NAME=VALUE", value_delimiter = ',')]
    settings: Vec<QuotaSetting>,

    /// List the quotas, as they would hold with the other arguments, and end.
    #[arg(long)]
    pub(super) list_quotas: bool,

    /// Refuse requests that come faster than AWS serves them.
    #[arg(long, value_enum, value_name = "RATES", default_value_t)]
    pub(super) throttle: Throttle,
}

/// Whose request rates hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Throttle {
    /// Nobody's: every request is served as soon as it can be.
    #[default]
    Off,
    /// Those that AWS documents, for each account and Region.
    Aws,
}

impl From<Throttle> for Throttling {
    fn from(throttle: Throttle) -> Self {
        match throttle {
            Throttle::Off => Self::Off,
            Throttle::Aws => Self::Aws,
        }
    }
}

impl LimitArgs {
    /// The defaults, and what is set. Of two settings of one quota the later holds.
    pub(super) fn quotas(&self) -> Quotas {
        let mut quotas = Quotas::default();
        for setting in &self.settings {
            quotas.set(setting);
        }
        quotas
    }

    /// Lists the quotas on standard output.
    pub(super) fn print(&self) -> anyhow::Result<()> {
        let quotas = self.quotas();
        let mut table = Table::new(&["Name", "Here", "AWS's default", "Unit", "Source"]);
        for quota in Quotas::all() {
            let Quota {
                name,
                aws,
                unit,
                source,
                ..
            } = quota;
            let here = quota.of(&quotas);
            table.push(vec![
                (*name).to_owned(),
                here.to_string(),
                aws.to_string(),
                unit.to_string(),
                (*source).to_owned(),
            ]);
        }
        table.print(OutputFormat::Table)
    }
}
