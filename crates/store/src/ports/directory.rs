/// What the directory area asks of a transaction.
pub trait DirectoryTx {}
