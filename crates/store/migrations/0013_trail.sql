-- The log as a stream, trails, and what is delivered for them. Times are milliseconds since the epoch.

-- The organization that the account was in when the event was kept.
ALTER TABLE event ADD COLUMN organization TEXT;
-- The transaction that kept the event: on an engine with many writers, numbers are not committed in their order.
ALTER TABLE event ADD COLUMN txid BIGINT NOT NULL DEFAULT 0;
--postgres ALTER TABLE event ALTER COLUMN txid SET DEFAULT pg_current_xact_id()::text::bigint;

CREATE INDEX event_position ON event (txid, number);

-- Who reads the log from its beginning to its end, and how far each has come.
CREATE TABLE event_reader (
    name TEXT PRIMARY KEY,
    txid BIGINT NOT NULL,
    number BIGINT NOT NULL,
    -- When it is to read on.
    due BIGINT NOT NULL
);

CREATE TABLE trail (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    organization TEXT,
    multi_region BIGINT NOT NULL,
    settings TEXT NOT NULL,
    logging BIGINT NOT NULL,
    started BIGINT,
    stopped BIGINT,
    tags TEXT NOT NULL,
    created BIGINT NOT NULL,
    status TEXT NOT NULL,
    PRIMARY KEY (account, region, name)
);

CREATE INDEX trail_organization ON trail (organization, account, region, name);

-- What trails did with events, and from when on. A trail that is deleted ends with a version that takes none.
CREATE TABLE trail_version (
    account TEXT NOT NULL,
    trail TEXT NOT NULL,
    since BIGINT NOT NULL,
    plan TEXT NOT NULL,
    PRIMARY KEY (account, trail, since)
);

-- Files that were cut and are not yet placed, or not yet told of by a digest.
CREATE TABLE trail_file (
    account TEXT NOT NULL,
    trail TEXT NOT NULL,
    bucket TEXT NOT NULL,
    name TEXT NOT NULL,
    recipient TEXT NOT NULL,
    region TEXT NOT NULL,
    segment TEXT NOT NULL,
    size BIGINT NOT NULL,
    md5 TEXT NOT NULL,
    hash TEXT NOT NULL,
    oldest BIGINT NOT NULL,
    newest BIGINT NOT NULL,
    cut BIGINT NOT NULL,
    chain TEXT,
    tries BIGINT NOT NULL,
    -- When it is to be placed; none once it is.
    due BIGINT,
    PRIMARY KEY (account, trail, bucket, name)
);

CREATE INDEX trail_file_due ON trail_file (due);
CREATE INDEX trail_file_chain ON trail_file (account, trail, recipient, region, due, name);

CREATE TABLE trail_digest (
    account TEXT NOT NULL,
    trail TEXT NOT NULL,
    recipient TEXT NOT NULL,
    region TEXT NOT NULL,
    plan TEXT NOT NULL,
    start BIGINT NOT NULL,
    due BIGINT NOT NULL,
    previous TEXT,
    PRIMARY KEY (account, trail, recipient, region)
);

CREATE INDEX trail_digest_due ON trail_digest (due);

-- The keys that sign digests. They are the service's own, so a Region's, and no account's.
CREATE TABLE digest_key (
    region TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    public_key BLOB NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (region, since)
);
