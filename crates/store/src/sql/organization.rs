use crate::ports::OrganizationTx;
use crate::tx::SqlTx;

impl OrganizationTx for SqlTx<'_> {}
