use atrium_model::Timestamp;

use crate::StoreError;
use crate::connection::{Row, Value};
use crate::ports::{Event, EventFilter, EventQuery, EventTx};
use crate::tx::{SqlTx, values};

fn read(row: &Row<'_>) -> Result<(i64, Event), StoreError> {
    Ok((
        row.int(0)?,
        Event {
            id: row.text(1)?,
            time: row.time(2)?,
            account: row.parsed(3)?,
            region: row.parsed(4)?,
            source: row.text(5)?,
            name: row.text(6)?,
            username: row.opt_text(7)?,
            access_key_id: row.opt_text(8)?,
            read_only: row.flag(9)?,
            record: row.text(10)?,
        },
    ))
}

/// The page query, with one more condition.
macro_rules! page {
    ($condition:literal) => {
        concat!(
            "SELECT number, event_id, time, account, region, source, name, username, access_key_id, read_only, record
             FROM event WHERE account = $1 AND region = $2 AND time >= $3 AND time <= $4
             AND (time < $5 OR (time = $5 AND number < $6)) ",
            $condition,
            " ORDER BY time DESC, number DESC LIMIT $7"
        )
    };
}

impl EventTx for SqlTx<'_> {
    fn append_event(&mut self, event: &Event) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO event (event_id, time, account, region, source, name, username, access_key_id, read_only,
             record) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            values![
                &event.id,
                event.time,
                event.account.as_str(),
                event.region.as_str(),
                &event.source,
                &event.name,
                event.username.as_ref(),
                event.access_key_id.as_ref(),
                event.read_only,
                &event.record
            ],
        )?;
        Ok(())
    }

    fn events(&mut self, query: &EventQuery) -> Result<Vec<(i64, Event)>, StoreError> {
        let (time, number) = query
            .after
            .unwrap_or((Timestamp::from_millis(i64::MAX), i64::MAX));
        let (account, region) = (query.account.as_str(), query.region.as_str());
        let (from, to, limit) = (query.from, query.to, query.limit);
        let (sql, value): (&'static str, Value<'_>) = match &query.filter {
            None => {
                let values = values![account, region, from, to, time, number, limit];
                return self.rows(page!(""), values, read);
            }
            // No more than one has this id, so the unique index serves and nothing is sorted.
            Some(EventFilter::EventId(id)) => (
                "SELECT number, event_id, time, account, region, source, name, username, access_key_id, read_only,
                 record FROM event WHERE event_id = $8 AND account = $1 AND region = $2 AND time >= $3
                 AND time <= $4 AND (time < $5 OR (time = $5 AND number < $6)) LIMIT $7",
                id.into(),
            ),
            Some(EventFilter::EventName(name)) => (page!("AND name = $8"), name.into()),
            Some(EventFilter::ReadOnly(flag)) => (page!("AND read_only = $8"), (*flag).into()),
            Some(EventFilter::Username(name)) => (page!("AND username = $8"), name.into()),
            Some(EventFilter::EventSource(source)) => (page!("AND source = $8"), source.into()),
            Some(EventFilter::AccessKeyId(id)) => (page!("AND access_key_id = $8"), id.into()),
            // Identity Center's records name no resources that CloudTrail would index.
            Some(EventFilter::ResourceType(_) | EventFilter::ResourceName(_)) => {
                return Ok(Vec::new());
            }
        };
        let values = [
            account.into(),
            region.into(),
            from.into(),
            to.into(),
            time.into(),
            number.into(),
            limit.into(),
            value,
        ];
        self.rows(sql, &values, read)
    }

    fn forget_events(&mut self, before: Timestamp, limit: i64) -> Result<u64, StoreError> {
        self.execute(
            "DELETE FROM event WHERE number IN (SELECT number FROM event WHERE time < $1 LIMIT $2)",
            values![before, limit],
        )
    }
}
