/// What the organization area asks of a transaction.
pub trait OrganizationTx {}
