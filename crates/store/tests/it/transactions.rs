use atrium_store::{Store, StoreError, Tx};

use crate::engines::wait;

crate::store_conformance!(
    a_refused_write_leaves_nothing,
    a_panic_takes_only_its_own_changes_back,
    racing_writers_all_get_through,
);

#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("no")]
    No,
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn a_refused_write_leaves_nothing(store: &Store) {
    wait(async {
        let answer: Result<(), Refused> = store
            .write(|tx| {
                tx.put_setting("a", "1")?;
                Err(Refused::No)
            })
            .await;
        assert!(matches!(answer, Err(Refused::No)));
        assert_eq!(
            store.read(|tx| tx.setting("a")).await.expect("a read"),
            None
        );
    });
}

fn a_panic_takes_only_its_own_changes_back(store: &Store) {
    wait(async {
        let writes = (0..20).map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                store
                    .write(move |tx| {
                        tx.put_setting(&format!("n{number}"), "1")?;
                        assert!(number != 7, "the test's own panic");
                        Ok::<_, StoreError>(())
                    })
                    .await
            })
        });
        for (number, write) in writes.collect::<Vec<_>>().into_iter().enumerate() {
            let answer = write.await.expect("a task that ends");
            assert_eq!(answer.is_err(), number == 7, "{number}: {answer:?}");
            let kept = store
                .read(move |tx| tx.setting(&format!("n{number}")))
                .await
                .expect("a read");
            assert_eq!(kept.is_some(), number != 7, "{number}");
        }
    });
}

fn racing_writers_all_get_through(store: &Store) {
    wait(async {
        let writes: Vec<_> = (0..40)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move {
                    for _ in 0..10 {
                        store.write(count_one).await.expect("a write");
                    }
                })
            })
            .collect();
        for write in writes {
            write.await.expect("a task that ends");
        }
        let count = store.read(|tx| tx.setting("count")).await.expect("a read");
        assert_eq!(count.as_deref(), Some("400"));
    });
}

fn count_one(tx: &mut dyn Tx) -> Result<(), StoreError> {
    let count = tx
        .setting("count")?
        .map_or(0, |text| text.parse::<u64>().expect("a number"));
    tx.put_setting("count", &(count + 1).to_string())
}
