-- What is sent to targets. Times are milliseconds since the epoch.

ALTER TABLE trail_file ADD COLUMN topic TEXT;

-- Events that rules picked, and news of trails' files, on their way to targets. Rules and targets are the operator's, so
-- a target, not an account, begins the key.
CREATE TABLE notice (
    target TEXT NOT NULL,
    id TEXT NOT NULL,
    account TEXT NOT NULL,
    origin TEXT NOT NULL,
    topic TEXT,
    failed_at TEXT,
    body TEXT NOT NULL,
    made BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    -- When it is to be sent, or another server may send it; none once that is given up.
    due BIGINT,
    dead BIGINT,
    error TEXT,
    PRIMARY KEY (target, id)
);

CREATE INDEX notice_due ON notice (target, due, id);
CREATE INDEX notice_dead ON notice (dead, target, id);
