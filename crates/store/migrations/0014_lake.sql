-- Event data stores, what lies in them, and queries over it. Times are milliseconds since the epoch.

CREATE TABLE lake_store (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    status TEXT NOT NULL,
    tags TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    -- When it ceases to be, if it was deleted.
    ends BIGINT,
    PRIMARY KEY (account, id)
);

CREATE UNIQUE INDEX lake_store_name ON lake_store (account, region, name);
CREATE INDEX lake_store_ends ON lake_store (ends);

-- What stores did with events, and from when on.
CREATE TABLE lake_version (
    account TEXT NOT NULL,
    store TEXT NOT NULL,
    since BIGINT NOT NULL,
    plan TEXT NOT NULL,
    PRIMARY KEY (account, store, since)
);

-- Records of stores that are in no file yet, under their place in the log.
CREATE TABLE lake_pending (
    account TEXT NOT NULL,
    store TEXT NOT NULL,
    txid BIGINT NOT NULL,
    number BIGINT NOT NULL,
    day TEXT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (account, store, txid, number)
);

-- How much of each store is in no file yet.
CREATE TABLE lake_backlog (
    account TEXT NOT NULL,
    store TEXT NOT NULL,
    records BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    -- Since when.
    since BIGINT NOT NULL,
    -- Until when a server has the turn to write it.
    busy BIGINT NOT NULL,
    PRIMARY KEY (account, store)
);

CREATE TABLE lake_file (
    account TEXT NOT NULL,
    store TEXT NOT NULL,
    day TEXT NOT NULL,
    name TEXT NOT NULL,
    records BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    made BIGINT NOT NULL,
    PRIMARY KEY (account, store, day, name)
);

-- Files of the object store that nothing holds, to be removed when they are due. A path begins with its account.
CREATE TABLE lake_loose (
    path TEXT PRIMARY KEY,
    due BIGINT NOT NULL
);

CREATE INDEX lake_loose_due ON lake_loose (due);

CREATE TABLE lake_query (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    region TEXT NOT NULL,
    statement TEXT NOT NULL,
    stores TEXT NOT NULL,
    status TEXT NOT NULL,
    created BIGINT NOT NULL,
    -- When it is to be taken up, by whoever comes first; none once it is over.
    due BIGINT,
    runs BIGINT NOT NULL,
    results TEXT NOT NULL,
    costs TEXT NOT NULL,
    error TEXT,
    delivery TEXT,
    delivery_status TEXT,
    PRIMARY KEY (account, id)
);

CREATE INDEX lake_query_due ON lake_query (due);
CREATE INDEX lake_query_created ON lake_query (created);

-- Which queries read a store.
CREATE TABLE lake_query_store (
    account TEXT NOT NULL,
    store TEXT NOT NULL,
    created BIGINT NOT NULL,
    query TEXT NOT NULL,
    PRIMARY KEY (account, store, created, query)
);
