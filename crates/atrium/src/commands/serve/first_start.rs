use std::sync::Arc;

use anyhow::Context as _;
use atrium_api::Services;
use atrium_model::Region;

use super::data_folder::DataFolder;

/// Prepares an empty database, and keeps the administrator's key in the data folder.
pub(super) async fn prepare(
    services: &Arc<Services>,
    folder: &DataFolder,
    home_region: &Region,
) -> anyhow::Result<()> {
    let Some(key) = atrium_api::first_start(services, home_region).await? else {
        return Ok(());
    };
    let text = format!(
        "# Administrator of the management account {}\n[default]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
        key.account, key.access_key_id, key.secret_access_key
    );
    folder
        .write_credentials(&text)
        .with_context(|| format!("could not write `{}`", folder.credentials_file().display()))?;
    atrium_api::administrator_key_kept(services).await?;
    Ok(())
}
