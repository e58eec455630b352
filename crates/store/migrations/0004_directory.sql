-- Instances and identity stores, their users, groups and tags.

CREATE TABLE instance (
    instance_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    region TEXT NOT NULL,
    organization TEXT,
    store_id TEXT NOT NULL,
    name TEXT,
    status TEXT NOT NULL,
    status_reason TEXT,
    created BIGINT NOT NULL,
    kms_key_arn TEXT,
    account_instances BIGINT NOT NULL,
    permission_sets BIGINT NOT NULL
);

CREATE UNIQUE INDEX instance_by_owner ON instance (owner);
CREATE UNIQUE INDEX instance_by_organization ON instance (organization);
CREATE UNIQUE INDEX instance_by_store ON instance (store_id);

CREATE TABLE directory_user (
    store_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    enabled BIGINT NOT NULL,
    profile TEXT NOT NULL,
    external_ids TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by TEXT NOT NULL,
    PRIMARY KEY (store_id, user_id)
);

CREATE TABLE directory_group (
    store_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    display_name TEXT NOT NULL,
    description TEXT,
    external_ids TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by TEXT NOT NULL,
    PRIMARY KEY (store_id, group_id)
);

CREATE TABLE group_membership (
    store_id TEXT NOT NULL,
    membership_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (store_id, membership_id)
);

CREATE UNIQUE INDEX group_membership_by_group ON group_membership (store_id, group_id, user_id);
CREATE UNIQUE INDEX group_membership_by_user ON group_membership (store_id, user_id, group_id);

-- The values that are unique in a store, and whose they are.
CREATE TABLE directory_key (
    store_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    owner TEXT NOT NULL,
    PRIMARY KEY (store_id, kind, value)
);

-- How many users and groups a store holds, in parts.
CREATE TABLE directory_count (
    store_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    part BIGINT NOT NULL,
    entries BIGINT NOT NULL,
    PRIMARY KEY (store_id, kind, part)
);

CREATE TABLE instance_tag (
    instance_id TEXT NOT NULL,
    resource_arn TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (instance_id, resource_arn, key)
);
