//! A transfer of bills between two organizations, from either side.

use std::time::Duration;

use atrium_api::Clock as _;
use atrium_testkit::{Answer, Options, Server, on_both_engines};
use serde_json::{Value, json};

use crate::world::{Account, REGION, World, text};

on_both_engines!(Options::default(); both_sides_see_and_end_a_transfer);

struct Side<'a> {
    server: &'a Server,
    account: &'a Account,
}

impl Side<'_> {
    async fn call(&self, operation: &str, input: Value) -> Answer {
        let by = &self.account.admin;
        self.server
            .call(by, REGION, "organizations", operation, input)
            .await
    }

    async fn refused(&self, operation: &str, input: Value) -> (String, Value) {
        let answer = self.call(operation, input).await;
        (answer.refused().to_owned(), answer.value["Reason"].clone())
    }
}

async fn both_sides_see_and_end_a_transfer(server: Server) {
    let world = World::build(&server).await;
    let server = &server;
    let side = |account| Side { server, account };
    let (taking, giving) = (side(&world.a.management), side(&world.b.management));
    let (member, alone) = (side(&world.b.members[0]), side(&world.alone));
    let start: i64 = taking.account.names["TransferStart"].parse().unwrap();
    let ask = |of: &Side<'_>| {
        json!({"Type": "BILLING", "SourceName": "bills", "StartTimestamp": start,
            "Target": {"Id": of.account.id(), "Type": "ACCOUNT"}})
    };
    let invite = "InviteOrganizationToTransferResponsibility";
    let sent = taking.call(invite, ask(&giving)).await.ok();
    let handshake = json!({"HandshakeId": sent["Handshake"]["Id"]});
    let id = text(&sent["Handshake"]["Resources"][0]["Value"]);
    let this = json!({"Id": id});
    let describe = "DescribeResponsibilityTransfer";
    for (case, side, want) in [
        ("who takes", &taking, "inbound"),
        ("who gives", &giving, "outbound"),
    ] {
        let shown = side.call(describe, this.clone()).await.ok();
        let shown = &shown["ResponsibilityTransfer"];
        let arn = format!(
            "arn:aws:organizations::{}:transfer/{}/billing/{want}/{id}",
            side.account.id(),
            side.account.names["OrganizationId"]
        );
        assert_eq!(
            (&shown["Arn"], &shown["Status"]),
            (&json!(arn), &json!("REQUESTED")),
            "{case}"
        );
    }
    // Members and accounts alone have no part in it.
    assert_eq!(
        member.refused(describe, this.clone()).await.0,
        "AccessDeniedException"
    );
    assert_eq!(
        alone.refused(describe, this.clone()).await.0,
        "AWSOrganizationsNotInUseException"
    );
    let (to_member, to_alone) = (
        taking.call(invite, ask(&member)).await.ok(),
        taking.call(invite, ask(&alone)).await.ok(),
    );
    let named = |sent: &Value| json!({"HandshakeId": sent["Handshake"]["Id"]});
    let accept = "AcceptHandshake";
    assert_eq!(
        member.refused(accept, named(&to_member)).await.0,
        "AccessDeniedException"
    );
    assert_eq!(
        alone.refused(accept, named(&to_alone)).await.0,
        "AWSOrganizationsNotInUseException"
    );
    assert_eq!(
        alone.refused(accept, handshake.clone()).await.0,
        "HandshakeNotFoundException"
    );

    let done = giving.call(accept, handshake).await.ok();
    assert_eq!(done["Handshake"]["State"], "ACCEPTED");
    let listed = giving
        .call(
            "ListOutboundResponsibilityTransfers",
            json!({"Type": "BILLING"}),
        )
        .await
        .ok();
    let shown = &listed["ResponsibilityTransfers"][0];
    assert_eq!(
        (&shown["Id"], &shown["Status"]),
        (&json!(id), &json!("ACCEPTED"))
    );
    assert_eq!(shown["Target"]["ManagementAccountId"], taking.account.id());
    assert_eq!(shown["Source"]["ManagementAccountId"], giving.account.id());
    let back = giving.call(invite, ask(&taking)).await.ok();
    assert_eq!(
        taking.refused(accept, named(&back)).await,
        (
            "ConstraintViolationException".to_owned(),
            json!("RESPONSIBILITY_TRANSFER_MAX_LEVEL_VIOLATION")
        )
    );
    let (update, end) = (
        "UpdateResponsibilityTransfer",
        "TerminateResponsibilityTransfer",
    );
    let name = json!({"Id": id, "Name": "other"});
    assert_eq!(
        giving.refused(update, name.clone()).await.1,
        "TRANSFER_RESPONSIBILITY_UPDATE_NOT_ALLOWED"
    );
    taking.call(update, name).await.ok();
    for (seconds, want) in [
        (start, "END_DATE_NOT_END_OF_MONTH"),
        (-1, "END_DATE_TOO_EARLY"),
    ] {
        let input = json!({"Id": id, "EndTimestamp": seconds});
        assert_eq!(giving.refused(end, input).await.1, want, "{seconds}");
    }
    let ends = json!({"Id": id, "EndTimestamp": start - 1});
    let ended = giving.call(end, ends).await.ok();
    let ended = &ended["ResponsibilityTransfer"];
    assert_eq!(ended["Status"], "WITHDRAWN");
    assert_eq!(
        ended["EndTimestamp"].as_f64().map(f64::ceil),
        Some(start as f64)
    );
    assert_eq!(
        taking.refused(end, this.clone()).await.0,
        "ResponsibilityTransferAlreadyInStatusException"
    );

    // What nobody answers expires a day before it would begin.
    let left = u64::try_from(start - server.clock().now().as_seconds()).unwrap();
    server
        .clock()
        .advance(Duration::from_secs(left - 24 * 3600));
    let other = taking.account.names["TransferId"].clone();
    let input = json!({"Type": "BILLING", "Id": other});
    let list = "ListInboundResponsibilityTransfers";
    let shown = taking.call(list, input.clone()).await;
    let shown = shown.ok();
    assert_eq!(shown["ResponsibilityTransfers"][0]["Status"], "EXPIRED");
    assert_eq!(
        giving.refused(list, input).await.0,
        "ResponsibilityTransferNotFoundException"
    );
}
