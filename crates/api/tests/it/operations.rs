//! The operations that a server offers.

use atrium_testkit::Server;
use atrium_wire::OperationMeta;

/// Every operation that is offered, those last that end an account's membership or make strangers acquainted, so that the rest finds things
/// as they were.
pub fn offered(server: &Server) -> Vec<&'static OperationMeta> {
    let mut all: Vec<_> = atrium_wire::services()
        .iter()
        .flat_map(|service| service.operations.iter().copied())
        .filter(|operation| server.services().registry.offers(operation))
        .collect();
    assert!(all.len() > 150, "only {} operations are offered", all.len());
    let late = [
        "InviteAccountToOrganization",
        "InviteOrganizationToTransferResponsibility",
        "DeleteOrganization",
        "LeaveOrganization",
        "RemoveAccountFromOrganization",
    ];
    all.sort_by_key(|operation| late.contains(&operation.name));
    all
}
