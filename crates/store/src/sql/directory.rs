mod group;
mod instance;
mod people;
mod tag;
mod user;

use crate::ports::DirectoryTx;
use crate::tx::SqlTx;

impl DirectoryTx for SqlTx<'_> {}
