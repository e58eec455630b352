//! How a run tells whoever waits for it how far it is.

/// A listener to a running audit; the unit is one account.
pub trait Progress: Sync {
    /// The number of accounts known so far. It grows while pages of accounts arrive.
    fn total(&self, accounts: u64);
    /// One account has been dealt with.
    fn advance(&self, account_id: &str);
    /// Something that a person watching should read.
    fn note(&self, text: &str);
}

/// Listens to nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn total(&self, _accounts: u64) {}
    fn advance(&self, _account_id: &str) {}
    fn note(&self, _text: &str) {}
}
