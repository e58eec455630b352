//! What a start prints: the lines that point any AWS client at the service.

use std::net::SocketAddr;

use atrium_model::Region;

use super::data_folder::DataFolder;

pub(super) fn ready(address: SocketAddr, folder: &DataFolder, region: &Region) {
    println!(
        "Atrium is ready. Point any AWS client at it with:\n\n\
         export AWS_ENDPOINT_URL=http://{address}\n\
         export AWS_SHARED_CREDENTIALS_FILE={}\n\
         export AWS_REGION={region} AWS_DEFAULT_REGION={region}\n",
        folder.credentials_file().display()
    );
}

pub(super) fn dev(address: SocketAddr) {
    println!(
        "Atrium is ready for tests: it accepts any signature. Point any AWS client at it with:\n\n\
         export AWS_ENDPOINT_URL=http://{address}\n\
         export AWS_ACCESS_KEY_ID=123456789012   # twelve digits name the account\n\
         export AWS_SECRET_ACCESS_KEY=any\n\
         export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1\n"
    );
}
