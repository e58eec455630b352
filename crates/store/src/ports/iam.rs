/// What the iam area asks of a transaction.
pub trait IamTx {}
