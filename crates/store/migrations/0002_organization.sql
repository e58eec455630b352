-- The organization area. Times are milliseconds since the epoch.

CREATE TABLE account (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    -- The address in lower case.
    email_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    closed_at BIGINT,
    -- These four are set together while the account is a member of an organization.
    organization TEXT,
    parent TEXT,
    joined_at BIGINT,
    joined_method TEXT
);

CREATE INDEX account_organization ON account (organization, id);
CREATE INDEX account_parent ON account (organization, parent, id);
CREATE INDEX account_closed ON account (organization, closed_at);

-- Regions that an account has switched on besides those that always are.
CREATE TABLE account_region (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    PRIMARY KEY (account, region)
);

CREATE TABLE organization (
    id TEXT PRIMARY KEY,
    management TEXT NOT NULL UNIQUE,
    root TEXT NOT NULL UNIQUE,
    feature_set TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE organizational_unit (
    organization TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    parent TEXT NOT NULL,
    name TEXT NOT NULL,
    -- Unit ids from the root down to this unit, joined by '/'.
    path TEXT NOT NULL,
    PRIMARY KEY (organization, id)
);

CREATE UNIQUE INDEX organizational_unit_name ON organizational_unit (organization, parent, name);
CREATE INDEX organizational_unit_parent ON organizational_unit (organization, parent, id);

CREATE TABLE create_account_status (
    organization TEXT NOT NULL,
    id TEXT NOT NULL,
    account_name TEXT NOT NULL,
    state TEXT NOT NULL,
    requested_at BIGINT NOT NULL,
    completed_at BIGINT,
    account TEXT,
    failure_reason TEXT,
    PRIMARY KEY (organization, id)
);

CREATE TABLE organization_policy_type (
    organization TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (organization, kind)
);

CREATE TABLE organization_policy (
    organization TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    content TEXT NOT NULL,
    aws_managed BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organization, id)
);

CREATE UNIQUE INDEX organization_policy_name ON organization_policy (organization, kind, name);
CREATE INDEX organization_policy_kind ON organization_policy (organization, kind, id);

CREATE TABLE organization_policy_attachment (
    organization TEXT NOT NULL,
    target TEXT NOT NULL,
    kind TEXT NOT NULL,
    policy TEXT NOT NULL,
    PRIMARY KEY (organization, target, kind, policy)
);

CREATE INDEX organization_policy_attachment_policy ON organization_policy_attachment (organization, policy, target);
CREATE INDEX organization_policy_attachment_kind ON organization_policy_attachment (organization, kind);

CREATE TABLE trusted_service (
    organization TEXT NOT NULL,
    principal TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (organization, principal)
);

CREATE TABLE delegated_administrator (
    organization TEXT NOT NULL,
    account TEXT NOT NULL,
    principal TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (organization, account, principal)
);

CREATE INDEX delegated_administrator_principal ON delegated_administrator (organization, principal, account);

CREATE TABLE organization_tag (
    organization TEXT NOT NULL,
    resource TEXT NOT NULL,
    tag_key TEXT NOT NULL,
    tag_value TEXT NOT NULL,
    PRIMARY KEY (organization, resource, tag_key)
);

CREATE TABLE organization_resource_policy (
    organization TEXT PRIMARY KEY,
    id TEXT NOT NULL,
    content TEXT NOT NULL
);

CREATE TABLE handshake (
    id TEXT PRIMARY KEY,
    organization TEXT NOT NULL,
    management TEXT NOT NULL,
    action TEXT NOT NULL,
    state TEXT NOT NULL,
    target_kind TEXT NOT NULL,
    target TEXT NOT NULL,
    -- The account id, or the address in lower case.
    target_key TEXT NOT NULL,
    parent TEXT,
    requested_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- Finished handshakes leave the lists some time after they finish.
    listed_until BIGINT NOT NULL,
    details TEXT NOT NULL
);

CREATE INDEX handshake_organization ON handshake (organization, id);
CREATE INDEX handshake_requested ON handshake (organization, action, requested_at);
CREATE INDEX handshake_target ON handshake (target_key, id);
CREATE INDEX handshake_parent ON handshake (organization, parent, state);
CREATE UNIQUE INDEX handshake_pending ON handshake (organization, action, target_key)
    WHERE state IN ('OPEN', 'REQUESTED');
