use atrium_model::control::{AccessControlAttribute, InstanceRegion, TrustedTokenIssuer};
use atrium_model::directory::{Instance, InstanceKind, InstanceStatus};
use atrium_model::{InstanceId, Region, Timestamp, TrustedTokenIssuerId};
use atrium_store::{InstanceListing, Store, StoreError, Tx};

use crate::engines::wait;

crate::store_conformance!(
    regions_belong_to_their_instance,
    instances_are_listed_where_they_can_be_used,
    there_is_one_configuration_of_attributes,
    issuers_page_by_id_within_their_instance,
    racing_issuers_take_a_name_once,
    what_is_set_goes_with_its_instance,
);

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn instance_id(number: u8) -> InstanceId {
    format!("ssoins-{number:016x}").parse().expect("an id")
}

fn region(name: &str) -> Region {
    name.parse().expect("a Region")
}

fn added(name: &str, active: i64, removed: Option<i64>) -> InstanceRegion {
    InstanceRegion {
        region: region(name),
        added: at(1),
        active: at(active),
        removed: removed.map(at),
    }
}

fn issuer_id(number: u8) -> TrustedTokenIssuerId {
    format!("tti-00000000-0000-4000-8000-{number:012x}")
        .parse()
        .expect("an id")
}

fn issuer(instance: u8, number: u8, name: &str) -> TrustedTokenIssuer {
    TrustedTokenIssuer {
        instance: instance_id(instance),
        id: issuer_id(number),
        account: "111111111111".parse().expect("an account"),
        name: name.into(),
        issuer_url: "https://issuer.example.com".into(),
        claim_attribute_path: "email".into(),
        identity_store_attribute_path: "emails.value".into(),
        created: at(1_700_000_000_123),
    }
}

fn attributes(key: &str) -> Vec<AccessControlAttribute> {
    vec![AccessControlAttribute {
        key: key.into(),
        source: vec!["${path:enterprise.costCenter}".into()],
    }]
}

/// Runs the whole test in one transaction.
fn step(store: &Store, work: impl FnMut(&mut dyn Tx) -> Result<(), StoreError> + Send + 'static) {
    wait(store.write(work)).expect("a step");
}

fn duplicate<T>(got: Result<T, StoreError>) -> bool {
    matches!(got, Err(StoreError::Duplicate(_)))
}

fn regions_belong_to_their_instance(store: &Store) {
    step(store, |tx| {
        let (one, two) = (instance_id(1), instance_id(2));
        let (west, north) = (added("eu-west-1", 5, None), added("eu-north-1", 6, Some(9)));
        tx.insert_instance_region(&one, &west)?;
        assert!(duplicate(
            tx.insert_instance_region(&one, &north.clone())
                .and_then(|()| tx.insert_instance_region(&one, &north))
        ));
        assert_eq!(tx.instance_regions(&one)?, [north.clone(), west.clone()]);
        assert_eq!(tx.instance_region(&one, &north.region)?, Some(north));
        assert!(tx.instance_regions(&two)?.is_empty());
        assert_eq!(tx.instance_region(&two, &west.region)?, None);
        assert!(!tx.remove_instance_region(&two, &west.region, at(7))?);
        tx.forget_removed_regions(&two, at(9))?;
        tx.forget_removed_regions(&one, at(8))?;
        assert_eq!(tx.instance_regions(&one)?.len(), 2);
        tx.forget_removed_regions(&one, at(9))?;
        assert_eq!(tx.instance_regions(&one)?, std::slice::from_ref(&west));
        assert!(tx.remove_instance_region(&one, &west.region, at(12))?);
        let removed = added("eu-west-1", 5, Some(12));
        assert_eq!(tx.instance_regions(&one)?, [removed]);
        Ok(())
    });
}

fn instances_are_listed_where_they_can_be_used(store: &Store) {
    step(store, |tx| {
        let instance = Instance {
            id: instance_id(1),
            kind: InstanceKind::Organization,
            owner: "111111111111".parse().expect("an account"),
            region: region("us-east-1"),
            organization: Some("o-aaaaaaaaaa".parse().expect("an id")),
            identity_store: "d-1000000000".parse().expect("a store id"),
            name: None,
            status: InstanceStatus::Active,
            status_reason: None,
            created: at(1),
            kms_key_arn: None,
            encryption_settled: Some(at(77)),
            account_instances_allowed: false,
            permission_sets_enabled: true,
        };
        tx.insert_instance(&instance)?;
        assert_eq!(tx.instance(&instance.id)?, Some(instance.clone()));
        tx.insert_instance_region(&instance.id, &added("eu-west-1", 5, None))?;
        tx.insert_instance_region(&instance.id, &added("eu-west-2", 5, Some(90)))?;
        // Another's Regions change nothing.
        tx.insert_instance_region(&instance_id(2), &added("eu-west-3", 5, None))?;
        let cases = [
            (Some("us-east-1"), 4, true),
            (Some("eu-west-1"), 4, false),
            (Some("eu-west-1"), 5, true),
            (Some("eu-west-2"), 6, false),
            (Some("eu-west-3"), 6, false),
            (None, 6, true),
        ];
        for (name, now, want) in cases {
            let found = tx.instances(&InstanceListing {
                owner: &instance.owner,
                organization: None,
                region: name.map(region).as_ref(),
                now: at(now),
                after: None,
                limit: 9,
            })?;
            assert_eq!(found.len(), usize::from(want), "{name:?} at {now}");
        }
        Ok(())
    });
}

fn there_is_one_configuration_of_attributes(store: &Store) {
    step(store, |tx| {
        let (one, two) = (instance_id(1), instance_id(2));
        assert!(!tx.update_access_control_attributes(&one, &attributes("a"))?);
        assert!(!tx.delete_access_control_attributes(&one)?);
        tx.insert_access_control_attributes(&one, &attributes("a"))?;
        assert!(duplicate(
            tx.insert_access_control_attributes(&one, &attributes("b"))
        ));
        assert_eq!(tx.access_control_attributes(&one)?, Some(attributes("a")));
        assert_eq!(tx.access_control_attributes(&two)?, None);
        assert!(!tx.update_access_control_attributes(&two, &attributes("b"))?);
        assert!(!tx.delete_access_control_attributes(&two)?);
        assert!(tx.update_access_control_attributes(&one, &[])?);
        assert_eq!(tx.access_control_attributes(&one)?, Some(Vec::new()));
        assert!(tx.delete_access_control_attributes(&one)?);
        assert_eq!(tx.access_control_attributes(&one)?, None);
        Ok(())
    });
}

fn issuers_page_by_id_within_their_instance(store: &Store) {
    step(store, |tx| {
        let (one, two) = (instance_id(1), instance_id(2));
        for number in [3, 1, 2] {
            tx.insert_trusted_token_issuer(&issuer(1, number, &format!("name {number}")))?;
        }
        tx.insert_trusted_token_issuer(&issuer(2, 1, "name 1"))?;
        assert!(duplicate(
            tx.insert_trusted_token_issuer(&issuer(1, 9, "name 1"))
        ));
        let cases = [
            (&one, None, 9, &[1, 2, 3][..]),
            (&one, None, 2, &[1, 2]),
            (&one, Some(2), 9, &[3]),
            (&two, None, 9, &[1]),
        ];
        for (instance, after, limit, want) in cases {
            let after = after.map(issuer_id);
            let page = tx.trusted_token_issuers(instance, after.as_ref(), limit)?;
            let ids: Vec<_> = page.into_iter().map(|found| found.id).collect();
            let want: Vec<_> = want.iter().map(|number| issuer_id(*number)).collect();
            assert_eq!(ids, want, "{instance} {after:?} {limit}");
        }
        assert_eq!(tx.count_trusted_token_issuers(&one)?, 3);
        assert_eq!(tx.trusted_token_issuer(&two, &issuer_id(2))?, None);
        assert_eq!(
            tx.trusted_token_issuer(&one, &issuer_id(2))?,
            Some(issuer(1, 2, "name 2"))
        );

        let changed = TrustedTokenIssuer {
            claim_attribute_path: "sub".into(),
            identity_store_attribute_path: "userName".into(),
            ..issuer(1, 2, "Name 1")
        };
        tx.update_trusted_token_issuer(&changed)?;
        assert_eq!(tx.trusted_token_issuer(&one, &issuer_id(2))?, Some(changed));
        assert!(duplicate(
            tx.update_trusted_token_issuer(&issuer(1, 2, "name 3"))
        ));
        assert!(!tx.delete_trusted_token_issuer(&two, &issuer_id(2))?);
        assert!(tx.delete_trusted_token_issuer(&one, &issuer_id(2))?);
        assert_eq!(tx.trusted_token_issuer(&one, &issuer_id(2))?, None);
        Ok(())
    });
}

fn racing_issuers_take_a_name_once(store: &Store) {
    let made = wait(async {
        let tasks: Vec<_> = (0..8u8)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move {
                    let work = move |tx: &mut dyn Tx| {
                        tx.insert_trusted_token_issuer(&issuer(1, number, "the name"))
                    };
                    store.write(work).await
                })
            })
            .collect();
        let mut made = 0;
        for task in tasks {
            match task.await.expect("a task") {
                Ok(()) => made += 1,
                Err(StoreError::Duplicate(_)) => {}
                Err(error) => panic!("{error}"),
            }
        }
        made
    });
    assert_eq!(made, 1);
}

fn what_is_set_goes_with_its_instance(store: &Store) {
    step(store, |tx| {
        for number in [1, 2] {
            let id = instance_id(number);
            tx.insert_instance_region(&id, &added("eu-west-1", 5, None))?;
            tx.insert_access_control_attributes(&id, &attributes("a"))?;
            tx.insert_trusted_token_issuer(&issuer(number, 1, "name"))?;
        }
        tx.delete_control_of_instance(&instance_id(1))?;
        for (number, left) in [(1, false), (2, true)] {
            let id = instance_id(number);
            assert_eq!(!tx.instance_regions(&id)?.is_empty(), left);
            assert_eq!(tx.access_control_attributes(&id)?.is_some(), left);
            assert_eq!(tx.count_trusted_token_issuers(&id)? > 0, left);
        }
        Ok(())
    });
}
