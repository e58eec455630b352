use crate::ports::IamTx;
use crate::tx::SqlTx;

impl IamTx for SqlTx<'_> {}
