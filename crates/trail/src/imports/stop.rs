use atrium_model::OpContext;
use atrium_model::lake::{Import, ImportStatus};
use atrium_store::ImportTx;

use super::ImportRuleError;

/// Stops an import. What it has brought stays; what a server is just bringing does not come.
pub fn stop_import(
    cx: &OpContext<'_>,
    tx: &mut dyn ImportTx,
    mut import: Import,
) -> Result<Import, ImportRuleError> {
    if !import.is_active() {
        let why = format!(
            "The import {} is in status {}.",
            import.id,
            import.status.as_str()
        );
        return Err(ImportRuleError::Parameter(why));
    }
    import.status = ImportStatus::Stopped;
    import.updated = cx.now();
    match tx.advance_import(&import, None)? {
        true => Ok(import),
        // It was read in this transaction, so this doesn't happen.
        false => Err(atrium_store::StoreError::Conflict.into()),
    }
}
