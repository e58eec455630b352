use atrium_model::iam::{IamCounts, OidcProvider, SamlProvider, Tag};
use atrium_model::{AccountId, Timestamp};
use atrium_store::{Store, StoreError, Tx};

use crate::engines::wait;

crate::store_conformance!(
    saml_providers_are_kept_and_found,
    oidc_providers_are_kept_and_found,
    providers_page_by_name,
    providers_of_another_account_are_not_seen,
    a_racing_provider_is_made_once,
);

const A: &str = "111111111111";
const B: &str = "222222222222";

fn id(text: &str) -> AccountId {
    text.parse().expect("an account")
}

fn tags() -> Vec<Tag> {
    vec![Tag {
        key: "k".into(),
        value: "ü \"v\"".into(),
    }]
}

fn saml(account: &str, name: &str) -> SamlProvider {
    SamlProvider {
        account: id(account),
        name: name.into(),
        id: format!("ID{name}"),
        issuer: "https://idp.example.com".into(),
        certificates: vec!["MII=".into(), "MIJ=".into()],
        valid_until: Timestamp::from_millis(4_000_000_000_001),
        tags: tags(),
        created: Timestamp::from_millis(1_234),
    }
}

fn oidc(account: &str, url: &str) -> OidcProvider {
    OidcProvider {
        account: id(account),
        url: url.into(),
        client_ids: vec!["one".into(), "two".into()],
        thumbprints: vec!["a".repeat(40)],
        tags: tags(),
        created: Timestamp::from_millis(1_234),
    }
}

fn done(store: &Store, work: impl FnMut(&mut dyn Tx) -> Result<(), StoreError> + Send + 'static) {
    wait(store.write(work)).expect("done");
}

fn duplicate<T>(got: Result<T, StoreError>) -> bool {
    matches!(got, Err(StoreError::Duplicate(_)))
}

fn saml_providers_are_kept_and_found(store: &Store) {
    done(store, |tx| {
        let mut corp = saml(A, "Corp");
        tx.insert_saml_provider(&corp, "<one/>")?;
        assert!(duplicate(tx.insert_saml_provider(&corp, "<two/>")));
        // Letter case counts.
        tx.insert_saml_provider(&saml(A, "corp"), "<other/>")?;
        assert_eq!(tx.saml_provider(&corp.account, "Corp")?, Some(corp.clone()));
        let document = |tx: &mut dyn Tx| tx.saml_provider_document(&id(A), "Corp");
        assert_eq!(document(tx)?.as_deref(), Some("<one/>"));
        corp.tags.clear();
        corp.issuer = "https://new.example.com".into();
        corp.certificates.pop();
        corp.valid_until = Timestamp::from_millis(5);
        assert!(tx.update_saml_provider(&corp, None)?);
        assert_eq!(document(tx)?.as_deref(), Some("<one/>"));
        assert!(tx.update_saml_provider(&corp, Some("<two/>"))?);
        assert_eq!(document(tx)?.as_deref(), Some("<two/>"));
        assert_eq!(tx.saml_provider(&corp.account, "Corp")?, Some(corp.clone()));
        assert_eq!(tx.iam_counts(&corp.account)?.saml_providers, 2);
        assert!(tx.delete_saml_provider(&corp.account, "Corp")?);
        assert!(!tx.delete_saml_provider(&corp.account, "Corp")?);
        assert!(!tx.update_saml_provider(&corp, Some("<three/>"))?);
        assert_eq!(tx.saml_provider(&corp.account, "Corp")?, None);
        assert_eq!(document(tx)?, None);
        assert!(tx.saml_provider(&corp.account, "corp")?.is_some());
        Ok(())
    });
}

fn oidc_providers_are_kept_and_found(store: &Store) {
    done(store, |tx| {
        let mut ci = oidc(A, "https://ci.example.com/a");
        tx.insert_oidc_provider(&ci)?;
        // The scheme is no part of the name.
        assert!(duplicate(
            tx.insert_oidc_provider(&oidc(A, "http://ci.example.com/a"))
        ));
        let find = |tx: &mut dyn Tx| tx.oidc_provider(&id(A), "ci.example.com/a");
        assert_eq!(find(tx)?, Some(ci.clone()));
        ci.client_ids.push("three".into());
        ci.thumbprints.clear();
        ci.tags.clear();
        assert!(tx.update_oidc_provider(&ci)?);
        assert_eq!(find(tx)?, Some(ci.clone()));
        assert_eq!(tx.iam_counts(&ci.account)?.oidc_providers, 1);
        assert!(tx.delete_oidc_provider(&ci.account, "ci.example.com/a")?);
        assert!(!tx.delete_oidc_provider(&ci.account, "ci.example.com/a")?);
        assert!(!tx.update_oidc_provider(&ci)?);
        assert_eq!(find(tx)?, None);
        Ok(())
    });
}

fn providers_page_by_name(store: &Store) {
    done(store, |tx| {
        for name in ["c", "a", "B"] {
            tx.insert_saml_provider(&saml(A, name), "<x/>")?;
            tx.insert_oidc_provider(&oidc(A, &format!("https://{name}")))?;
        }
        let account = id(A);
        let mut seen = Vec::new();
        for (after, limit) in [("", 2), ("a", 2), ("c", 2)] {
            let page = tx.saml_providers(&account, after, limit)?;
            let names: Vec<_> = page.into_iter().map(|one| one.name).collect();
            let page = tx.oidc_providers(&account, after, limit)?;
            let same: Vec<_> = page.iter().map(|one| one.name().to_owned()).collect();
            assert_eq!(names, same);
            seen.extend(names);
        }
        assert_eq!(seen, ["B", "a", "c"]);
        Ok(())
    });
}

fn providers_of_another_account_are_not_seen(store: &Store) {
    done(store, |tx| {
        let (corp, ci) = (saml(A, "Corp"), oidc(A, "https://ci.example.com"));
        tx.insert_saml_provider(&corp, "<x/>")?;
        tx.insert_oidc_provider(&ci)?;
        let b = id(B);
        assert_eq!(tx.saml_provider(&b, "Corp")?, None);
        assert_eq!(tx.saml_provider_document(&b, "Corp")?, None);
        assert_eq!(tx.saml_providers(&b, "", 9)?, []);
        assert!(!tx.update_saml_provider(&saml(B, "Corp"), Some("<y/>"))?);
        assert!(!tx.delete_saml_provider(&b, "Corp")?);
        assert_eq!(tx.oidc_provider(&b, "ci.example.com")?, None);
        assert_eq!(tx.oidc_providers(&b, "", 9)?, []);
        assert!(!tx.update_oidc_provider(&oidc(B, "https://ci.example.com"))?);
        assert!(!tx.delete_oidc_provider(&b, "ci.example.com")?);
        assert_eq!(tx.iam_counts(&b)?, IamCounts::default());
        // The same names are free there.
        tx.insert_saml_provider(&saml(B, "Corp"), "<y/>")?;
        tx.insert_oidc_provider(&oidc(B, "https://ci.example.com"))?;
        assert_eq!(tx.saml_provider(&id(A), "Corp")?, Some(corp.clone()));
        assert_eq!(
            tx.oidc_provider(&id(A), "ci.example.com")?,
            Some(ci.clone())
        );
        Ok(())
    });
}

fn a_racing_provider_is_made_once(store: &Store) {
    let results = wait(async {
        let racers: Vec<_> = (0..8)
            .map(|_| {
                let store = store.clone();
                let racer = async move {
                    store
                        .write(|tx| tx.insert_saml_provider(&saml(A, "Corp"), "<x/>"))
                        .await
                };
                tokio::spawn(racer)
            })
            .collect();
        let mut results = Vec::new();
        for racer in racers {
            results.push(racer.await.expect("no panic"));
        }
        results
    });
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert!(results.into_iter().all(|result| matches!(
        result,
        Ok(()) | Err(StoreError::Duplicate(_) | StoreError::Conflict)
    )));
}
