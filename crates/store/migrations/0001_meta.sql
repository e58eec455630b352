CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE policy_epoch (
    one BIGINT PRIMARY KEY,
    epoch BIGINT NOT NULL
);

INSERT INTO policy_epoch (one, epoch) VALUES (1, 1);

CREATE TABLE idempotent_answer (
    scope TEXT PRIMARY KEY,
    request_hash TEXT NOT NULL,
    answer TEXT NOT NULL,
    expires BIGINT NOT NULL
);

CREATE INDEX idempotent_answer_expires ON idempotent_answer (expires);

CREATE TABLE event (
    number SERIAL_KEY,
    event_id TEXT NOT NULL,
    time BIGINT NOT NULL,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    username TEXT,
    access_key_id TEXT,
    read_only BIGINT NOT NULL,
    record TEXT NOT NULL
);

CREATE INDEX event_time ON event (account, region, time, number);
CREATE UNIQUE INDEX event_by_id ON event (event_id);
