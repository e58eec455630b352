-- What is set about an instance as a whole, and the order in which policies were attached. Times are milliseconds
-- since the epoch.

-- When the last change of an instance's encryption is done.
ALTER TABLE instance ADD COLUMN encryption_settled BIGINT;

-- The Regions an organization's instance was added to, besides its own.
CREATE TABLE instance_region (
    instance_id TEXT NOT NULL,
    region TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    -- From then on it can be used there.
    active_at BIGINT NOT NULL,
    -- Set while it is being removed: from then on it is gone.
    removed_at BIGINT,
    PRIMARY KEY (instance_id, region)
);

-- The attributes for access control of an instance, as JSON.
CREATE TABLE instance_access_control (
    instance_id TEXT PRIMARY KEY,
    attributes TEXT NOT NULL
);

CREATE TABLE trusted_token_issuer (
    instance_id TEXT NOT NULL,
    issuer_id TEXT NOT NULL,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    issuer_url TEXT NOT NULL,
    claim_path TEXT NOT NULL,
    store_path TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (instance_id, issuer_id)
);

CREATE UNIQUE INDEX trusted_token_issuer_name ON trusted_token_issuer (instance_id, name);

-- Where a policy stands among those of its type on the same target: lower ones were attached earlier.
ALTER TABLE organization_policy_attachment ADD COLUMN position BIGINT NOT NULL DEFAULT 0;

-- When a policy's document last changed; null means when it was made.
ALTER TABLE organization_policy ADD COLUMN updated_at BIGINT;
