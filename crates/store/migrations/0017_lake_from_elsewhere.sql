-- How records come into event data stores that are not of the log: imports of log files, and channels.

CREATE TABLE lake_import (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    region TEXT NOT NULL,
    owner TEXT NOT NULL,
    store TEXT NOT NULL,
    source TEXT NOT NULL,
    -- The earliest and the latest time of events that are wanted.
    since BIGINT,
    until BIGINT,
    status TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    step BIGINT NOT NULL,
    runs BIGINT NOT NULL,
    place TEXT NOT NULL,
    statistics TEXT NOT NULL,
    -- When its next step is to be taken, by whoever comes first; none once it is over.
    due BIGINT,
    PRIMARY KEY (account, id)
);

CREATE INDEX lake_import_due ON lake_import (due);
CREATE INDEX lake_import_created ON lake_import (account, created, id);
CREATE INDEX lake_import_store ON lake_import (owner, store);

-- Files that could not be imported, by their key.
CREATE TABLE lake_import_failure (
    account TEXT NOT NULL,
    import TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    message TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    mended BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    PRIMARY KEY (account, import, name)
);

CREATE TABLE lake_channel (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    stores TEXT NOT NULL,
    tags TEXT NOT NULL,
    policy TEXT,
    ingestion TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (account, id)
);

CREATE UNIQUE INDEX lake_channel_name ON lake_channel (account, region, name);
CREATE UNIQUE INDEX lake_channel_source ON lake_channel (account, region, source);

-- Which channels an event data store takes events of.
CREATE TABLE lake_channel_store (
    account TEXT NOT NULL,
    store TEXT NOT NULL,
    channel TEXT NOT NULL,
    PRIMARY KEY (account, store, channel)
);

-- Which events came through channels lately, by the ids that they have where they come from.
CREATE TABLE lake_channel_put (
    account TEXT NOT NULL,
    channel TEXT NOT NULL,
    source_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (account, channel, source_id)
);

CREATE INDEX lake_channel_put_until ON lake_channel_put (until);
