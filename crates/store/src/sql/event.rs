use std::time::Duration;

use atrium_model::Timestamp;

use crate::StoreError;
use crate::connection::{Row, Value};
use crate::ports::{
    Event, EventFilter, EventPosition, EventQuery, EventResource, EventTx, StreamedEvent,
};
use crate::tx::{SqlTx, values};

/// A reader that is to go on later than this was given its time by a clock that was wrong.
const AHEAD: Duration = Duration::from_secs(24 * 3600);

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
            resources: Vec::new(),
            record: row.text(10)?,
        },
    ))
}

fn position(row: &Row<'_>) -> Result<EventPosition, StoreError> {
    Ok(EventPosition {
        transaction: row.int(0)?,
        number: row.int(1)?,
    })
}

fn streamed(row: &Row<'_>) -> Result<StreamedEvent, StoreError> {
    let (number, event) = read(row)?;
    Ok(StreamedEvent {
        position: EventPosition {
            transaction: row.int(11)?,
            number,
        },
        organization: row.opt_parsed(12)?,
        event,
    })
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

/// The events with a resource. The page query's parameters, and the resource.
const BY_RESOURCE: &str = "SELECT e.number, e.event_id, e.time, e.account, e.region, e.source, e.name, e.username,
    e.access_key_id, e.read_only, e.record FROM event_resource r JOIN event e ON e.number = r.number
    WHERE r.account = $1 AND r.region = $2 AND r.resource = $8 AND r.time >= $3 AND r.time <= $4
    AND (r.time < $5 OR (r.time = $5 AND r.number < $6)) ORDER BY r.time DESC, r.number DESC LIMIT $7";

/// A statement over the numbers of events that may be forgotten: among the first in the log those that are old, and that
/// nobody has yet to read. Rules tell of nothing that is older than a day, and keep nothing.
macro_rules! forgettable {
    ($statement:literal) => {
        concat!(
            $statement,
            " (SELECT e.number FROM (SELECT number, txid, time FROM event ORDER BY number LIMIT $2) e
             WHERE e.time < $1 AND (e.time < $3 OR NOT EXISTS
             (SELECT 1 FROM event_reader r WHERE r.name <> 'rules' AND (e.txid, e.number) > (r.txid, r.number))))"
        )
    };
}

/// The longest key of a resource: PostgreSQL's indexes refuse entries above 2,704 bytes.
const LONGEST_KEY: usize = 2048;

/// What events with these resources are found by.
fn keys(resources: &[EventResource]) -> impl Iterator<Item = String> {
    let keys = resources.iter().flat_map(|resource| {
        let name = resource.arn.rsplit(['/', ':']).next().unwrap_or_default();
        [
            kind_key(&resource.kind),
            name_key(&resource.arn),
            name_key(name),
        ]
    });
    keys.filter(|key| key.len() <= LONGEST_KEY)
}

fn kind_key(kind: &str) -> String {
    format!("type {kind}")
}

fn name_key(name: &str) -> String {
    format!("name {name}")
}

impl EventTx for SqlTx<'_> {
    fn append_event(&mut self, event: &Event) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO event (event_id, time, account, region, source, name, username, access_key_id, read_only,
             record, organization) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
             (SELECT organization FROM account WHERE id = $3))",
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
        for resource in keys(&event.resources) {
            self.execute(
                "INSERT INTO event_resource (account, region, resource, time, number)
                 SELECT account, region, $2, time, number FROM event WHERE event_id = $1 ON CONFLICT DO NOTHING",
                values![&event.id, &resource],
            )?;
        }
        Ok(())
    }

    fn events(&mut self, query: &EventQuery) -> Result<Vec<(i64, Event)>, StoreError> {
        let (time, number) = query
            .after
            .unwrap_or((Timestamp::from_millis(i64::MAX), i64::MAX));
        let (account, region) = (query.account.as_str(), query.region.as_str());
        let (from, to, limit) = (query.from, query.to, query.limit);
        let resource = match &query.filter {
            Some(EventFilter::ResourceType(kind)) => kind_key(kind),
            Some(EventFilter::ResourceName(name)) => name_key(name),
            _ => String::new(),
        };
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
            Some(EventFilter::ResourceType(_) | EventFilter::ResourceName(_)) => {
                (BY_RESOURCE, (&resource).into())
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

    fn forget_events(
        &mut self,
        before: Timestamp,
        at_last: Timestamp,
        limit: i64,
    ) -> Result<u64, StoreError> {
        self.execute(
            forgettable!("DELETE FROM event_resource WHERE number IN"),
            values![before, limit, at_last],
        )?;
        self.execute(
            forgettable!("DELETE FROM event WHERE number IN"),
            values![before, limit, at_last],
        )
    }

    fn events_after(
        &mut self,
        position: EventPosition,
        limit: i64,
    ) -> Result<Vec<StreamedEvent>, StoreError> {
        self.rows(
            "SELECT number, event_id, time, account, region, source, name, username, access_key_id, read_only, record,
             txid, organization FROM event
             WHERE (txid, number) > ($1, $2) AND txid < OLDEST_OPEN_TRANSACTION ORDER BY txid, number LIMIT $3",
            values![position.transaction, position.number, limit],
            streamed,
        )
    }

    fn last_event(&mut self) -> Result<Option<EventPosition>, StoreError> {
        self.row(
            "SELECT txid, number FROM event WHERE txid < OLDEST_OPEN_TRANSACTION
             ORDER BY txid DESC, number DESC LIMIT 1",
            values![],
            position,
        )
    }

    fn next_transaction(&mut self) -> Result<i64, StoreError> {
        let next = self.row("SELECT NEXT_TRANSACTION", values![], |row| row.int(0))?;
        Ok(next.unwrap_or_default())
    }

    fn have_transactions_ended(&mut self, before: i64) -> Result<bool, StoreError> {
        let ended = self.row(
            "SELECT OLDEST_OPEN_TRANSACTION WHERE OLDEST_OPEN_TRANSACTION >= $1",
            values![before],
            |row| row.int(0),
        )?;
        Ok(ended.is_some())
    }

    fn event_reader(&mut self, name: &str) -> Result<Option<EventPosition>, StoreError> {
        self.row(
            "SELECT txid, number FROM event_reader WHERE name = $1",
            values![name],
            position,
        )
    }

    fn oldest_unread_event(&mut self, reader: &str) -> Result<Option<Timestamp>, StoreError> {
        let read = self.event_reader(reader)?;
        let read = read.unwrap_or(EventPosition::START);
        self.row(
            "SELECT time FROM event WHERE (txid, number) > ($1, $2) ORDER BY txid, number LIMIT 1",
            values![read.transaction, read.number],
            |row| row.time(0),
        )
    }

    fn is_event_reader_due(&mut self, name: &str, now: Timestamp) -> Result<bool, StoreError> {
        let due = self.row(
            "SELECT due FROM event_reader WHERE name = $1",
            values![name],
            |row| row.time(0),
        )?;
        Ok(due.is_none_or(|due| due <= now || due > now + AHEAD))
    }

    fn claim_event_reader(
        &mut self,
        name: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<EventPosition>, StoreError> {
        self.row(
            "INSERT INTO event_reader (name, txid, number, due) VALUES ($1, $4, $5, $3)
             ON CONFLICT (name) DO UPDATE SET due = excluded.due
             WHERE event_reader.due <= $2 OR event_reader.due > $6
             RETURNING txid, number",
            values![
                name,
                now,
                until,
                EventPosition::START.transaction,
                EventPosition::START.number,
                now + AHEAD
            ],
            position,
        )
    }

    fn advance_event_reader(
        &mut self,
        name: &str,
        from: EventPosition,
        to: EventPosition,
        due: Timestamp,
    ) -> Result<bool, StoreError> {
        let advanced = self.execute(
            "UPDATE event_reader SET txid = $4, number = $5, due = $6
             WHERE name = $1 AND txid = $2 AND number = $3",
            values![
                name,
                from.transaction,
                from.number,
                to.transaction,
                to.number,
                due
            ],
        )?;
        Ok(advanced > 0)
    }
}
