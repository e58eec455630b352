use crate::ports::ApplicationTx;
use crate::tx::SqlTx;

impl ApplicationTx for SqlTx<'_> {}
