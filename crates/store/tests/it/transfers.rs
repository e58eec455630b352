//! Responsibilities that organizations leave to one another.

use atrium_model::Timestamp;
use atrium_model::organization::{
    ResponsibilityTransfer, ResponsibilityTransferStatus as Status, ResponsibilityTransferType,
    TransferParticipant,
};
use atrium_store::{Store, StoreError, Tx};

use crate::engines::wait;

crate::store_conformance!(
    transfers_are_found_from_both_sides,
    transfers_are_in_force_until_they_end,
    chains_of_transfers_are_measured,
);

fn id<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().expect(text)
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn write(store: &Store, work: impl FnMut(&mut dyn Tx) -> Result<(), StoreError> + Send + 'static) {
    wait(store.write(work)).expect("a working store");
}

fn participant(account: u8) -> TransferParticipant {
    TransferParticipant {
        account: Some(id(&format!("{account:012}"))),
        email: Some(format!("{account}@example.com")),
    }
}

/// `target` takes over from `source`; both are of organizations of their own.
fn transfer(number: u8, source: u8, target: u8) -> ResponsibilityTransfer {
    ResponsibilityTransfer {
        id: id(&format!("rt-{number:08}")),
        organization: id(&format!("o-{target:010}")),
        kind: ResponsibilityTransferType::Billing,
        name: format!("transfer {number}"),
        status: Status::Accepted,
        source: participant(source),
        source_organization: Some(id(&format!("o-{source:010}"))),
        target: participant(target),
        handshake: id(&format!("h-{number:08}")),
        requested_at: at(1_000),
        expires_at: at(2_000),
        starts_at: at(3_000),
        ends_at: None,
    }
}

fn transfers_are_found_from_both_sides(store: &Store) {
    write(store, |tx| {
        let mut one = ResponsibilityTransfer {
            status: Status::Requested,
            source: TransferParticipant {
                account: None,
                email: Some("Payer@Example.com".to_owned()),
            },
            source_organization: None,
            ..transfer(1, 1, 2)
        };
        let two = transfer(2, 3, 2);
        for new in [&one, &two] {
            tx.insert_responsibility_transfer(new)?;
            let again = tx.insert_responsibility_transfer(new);
            assert!(matches!(again, Err(StoreError::Duplicate(_))), "{again:?}");
        }
        assert_eq!(tx.responsibility_transfer(&one.id)?, Some(one.clone()));
        assert_eq!(tx.responsibility_transfer(&id("rt-00000009"))?, None);
        assert_eq!(tx.transfer_of_handshake(&one.handshake)?, Some(one.clone()));
        let inbound = tx.inbound_transfers(&two.organization, None, 9)?;
        assert_eq!(inbound, [one.clone(), two.clone()]);
        let after = Some(one.id.as_str());
        let inbound = tx.inbound_transfers(&two.organization, after, 9)?;
        assert_eq!(inbound, std::slice::from_ref(&two));
        assert_eq!(tx.inbound_transfers(&two.organization, None, 1)?.len(), 1);
        assert!(
            tx.inbound_transfers(&id("o-0000000003"), None, 9)?
                .is_empty()
        );
        let keys = ["000000000001", "payer@example.com"];
        assert_eq!(tx.outbound_transfers(keys, None, 9)?, [one.clone()]);
        assert!(tx.outbound_transfers(keys, after, 9)?.is_empty());
        assert!(
            tx.outbound_transfers(["000000000002", "x"], None, 9)?
                .is_empty()
        );

        one.name = "renamed".to_owned();
        one.status = Status::Withdrawn;
        one.source = participant(1);
        one.source_organization = Some(id("o-0000000001"));
        one.ends_at = Some(at(5_000));
        tx.update_responsibility_transfer(&one)?;
        assert_eq!(tx.responsibility_transfer(&one.id)?, Some(one.clone()));
        assert_eq!(tx.responsibility_transfer(&two.id)?, Some(two));
        let by_id = tx.outbound_transfers(["000000000001", "x"], None, 9)?;
        assert_eq!(by_id, [one]);
        Ok(())
    });
}

fn transfers_are_in_force_until_they_end(store: &Store) {
    write(store, |tx| {
        let cases = [
            ("asked for", Status::Requested, None, 1_999, 1, false),
            (
                "asked for too long",
                Status::Requested,
                None,
                2_000,
                0,
                false,
            ),
            ("agreed", Status::Accepted, None, 9_000, 1, true),
            (
                "ended later",
                Status::Withdrawn,
                Some(9_000),
                9_000,
                1,
                true,
            ),
            ("ended", Status::Withdrawn, Some(8_999), 9_000, 0, false),
            ("refused", Status::Declined, None, 1_000, 0, false),
            ("taken back", Status::Canceled, None, 1_000, 0, false),
            ("expired", Status::Expired, None, 1_000, 0, false),
        ];
        for (number, (case, status, end, now, count, in_force)) in (10..).zip(cases) {
            let (source, target) = (number, number + 100);
            let new = ResponsibilityTransfer {
                status,
                ends_at: end.map(at),
                ..transfer(number, source, target)
            };
            tx.insert_responsibility_transfer(&new)?;
            let found = tx.count_inbound_transfers(&new.organization, at(now))?;
            assert_eq!(found, count, "{case}");
            let account = id(&format!("{source:012}"));
            let found = tx.outbound_transfer_in_force(&account, at(now))?;
            assert_eq!(found.is_some(), in_force, "{case}");
            let open = tx.has_open_transfers(&new.organization, at(now))?;
            assert_eq!(open, count > 0, "{case}: who takes over");
            let source = new.source_organization.clone().expect("a source");
            let open = tx.has_open_transfers(&source, at(now))?;
            assert_eq!(open, in_force, "{case}: who gives away");
        }
        Ok(())
    });
}

fn chains_of_transfers_are_measured(store: &Store) {
    write(store, |tx| {
        // 1 to 2 to 3 to 4; 5 gave to 6, until it ended.
        for (number, (source, target)) in (1..).zip([(1, 2), (2, 3), (3, 4)]) {
            tx.insert_responsibility_transfer(&transfer(number, source, target))?;
        }
        tx.insert_responsibility_transfer(&ResponsibilityTransfer {
            status: Status::Withdrawn,
            ends_at: Some(at(5_000)),
            ..transfer(4, 5, 6)
        })?;
        for (account, now, want) in [
            (1, 9_000, 0),
            (2, 9_000, 1),
            (3, 9_000, 2),
            (4, 9_000, 2),
            (6, 5_000, 1),
            (6, 5_001, 0),
        ] {
            let found = tx.inbound_transfer_levels(&id(&format!("{account:012}")), at(now))?;
            assert_eq!(found, want, "{account} at {now}");
        }
        Ok(())
    });
}
