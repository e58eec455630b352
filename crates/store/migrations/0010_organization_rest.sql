-- Responsibilities that one organization leaves to another. Times are milliseconds since the epoch.
CREATE TABLE responsibility_transfer (
    -- The organization that takes over.
    organization TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    target_account TEXT NOT NULL,
    target_email TEXT,
    -- Who gives away: what is known of it, and its account id, or its address in lower case while only that is known.
    source_account TEXT,
    source_email TEXT,
    source_key TEXT NOT NULL,
    source_organization TEXT,
    handshake TEXT NOT NULL UNIQUE,
    requested_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT,
    PRIMARY KEY (organization, id)
);

CREATE INDEX responsibility_transfer_source ON responsibility_transfer (source_key, id);
CREATE INDEX responsibility_transfer_source_organization ON responsibility_transfer (source_organization, status);
CREATE INDEX responsibility_transfer_target ON responsibility_transfer (target_account, status);
