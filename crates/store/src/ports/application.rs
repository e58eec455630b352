/// What the application area asks of a transaction.
pub trait ApplicationTx {}
