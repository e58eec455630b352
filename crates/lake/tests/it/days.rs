//! Records on their way into the files of their days.

use std::sync::Arc;

use atrium_lake::files::{Names, Partitions, Settings, day_of, folder_of};
use atrium_lake::record::Record;
use futures::TryStreamExt as _;
use object_store::ObjectStore;
use object_store::memory::InMemory;
use object_store::path::Path;
use serde_json::json;

use crate::lake::record;

#[tokio::test]
async fn records_go_to_their_days() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let made = || {
        Partitions::new(
            Arc::clone(&store),
            Path::from("lake"),
            Names::Whole("n".to_owned()),
            Settings::FRESH,
            2000,
        )
    };
    let mut partitions = made();
    let times = [
        "2026-01-05T23:59:59.999Z",
        "2026-01-06T00:00:00Z",
        "2026-01-06T01:30:00+03:00",
        "2026-01-05T00:00:00Z",
    ];
    for (number, time) in times.iter().cycle().take(40).enumerate() {
        let text = record(&number.to_string(), time, json!({})).to_string();
        partitions
            .push(&Record::read(&text).unwrap())
            .await
            .unwrap();
    }
    let written = partitions.finish().await.unwrap();
    assert_eq!(
        written.iter().map(|file| file.statistics.rows).sum::<u64>(),
        40
    );
    assert!(written.len() > 2, "little room makes several files");
    for file in &written {
        assert_eq!(day_of(file.path.as_ref()), Some(file.day));
        assert!(
            file.path
                .as_ref()
                .starts_with(&format!("lake/{}/n", folder_of(file.day)))
        );
    }
    let on = |day: i8| {
        written
            .iter()
            .filter(|file| file.day.day() == day)
            .map(|file| file.statistics.rows)
            .sum::<u64>()
    };
    assert_eq!((on(5), on(6)), (30, 10));
}

/// Days with a record each hold more than their records: their columns.
#[tokio::test]
async fn an_open_day_takes_room_of_its_own() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let mut partitions = Partitions::new(
        Arc::clone(&store),
        Path::from("lake"),
        Names::Whole("n".to_owned()),
        Settings::FRESH,
        10 * 50_000,
    );
    for day in 1..=28 {
        let time = format!("2026-02-{day:02}T00:00:00Z");
        let text = record(&day.to_string(), &time, json!({})).to_string();
        partitions
            .push(&Record::read(&text).unwrap())
            .await
            .unwrap();
    }
    let there: Vec<_> = store.list(None).try_collect().await.unwrap();
    assert!((14..20).contains(&there.len()), "{}", there.len());
    assert_eq!(partitions.finish().await.unwrap().len(), 28);
}
