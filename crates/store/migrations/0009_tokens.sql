-- The tokens that people of an instance are known by: their hashes only. Times are milliseconds since the epoch.
CREATE TABLE bearer_token (
    instance TEXT NOT NULL,
    hash TEXT NOT NULL,
    kind TEXT NOT NULL,
    application TEXT NOT NULL,
    user_id TEXT NOT NULL,
    -- JSON.
    scopes TEXT NOT NULL,
    credential_id TEXT NOT NULL,
    session TEXT NOT NULL,
    session_ends BIGINT NOT NULL,
    issued BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    PRIMARY KEY (instance, hash)
);

CREATE INDEX bearer_token_by_session ON bearer_token (instance, session);
CREATE INDEX bearer_token_by_user ON bearer_token (instance, user_id);
CREATE INDEX bearer_token_by_application ON bearer_token (instance, application);
CREATE INDEX bearer_token_by_end ON bearer_token (expires);
