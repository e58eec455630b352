-- What users, groups, memberships and instances were before, for queries over events of that time.
-- Times are milliseconds since the epoch.

-- Since when names are as they are; none if that is since the beginning.
ALTER TABLE directory_user ADD COLUMN named_at BIGINT;
ALTER TABLE directory_group ADD COLUMN named_at BIGINT;
ALTER TABLE instance ADD COLUMN named_at BIGINT;

-- Rows hold from `valid_from` until before `valid_until`. `is_last` where it ended for good, and not by a change.
CREATE TABLE former_user (
    owner TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    user_name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    given_name TEXT NOT NULL,
    family_name TEXT NOT NULL,
    email TEXT,
    valid_from BIGINT NOT NULL,
    valid_until BIGINT NOT NULL,
    is_last BIGINT NOT NULL,
    PRIMARY KEY (owner, instance_id, user_id, revision)
) IN_KEY_ORDER;

CREATE INDEX former_user_by_end ON former_user (valid_until);

CREATE TABLE former_group (
    owner TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    display_name TEXT NOT NULL,
    description TEXT,
    valid_from BIGINT NOT NULL,
    valid_until BIGINT NOT NULL,
    is_last BIGINT NOT NULL,
    PRIMARY KEY (owner, instance_id, group_id, revision)
) IN_KEY_ORDER;

CREATE INDEX former_group_by_end ON former_group (valid_until);

-- A membership doesn't change: it is and then is no more.
CREATE TABLE former_membership (
    owner TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    membership_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_until BIGINT NOT NULL,
    PRIMARY KEY (owner, instance_id, membership_id)
) IN_KEY_ORDER;

CREATE INDEX former_membership_by_end ON former_membership (valid_until);

CREATE TABLE former_instance (
    owner TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    store_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT,
    valid_from BIGINT NOT NULL,
    valid_until BIGINT NOT NULL,
    is_last BIGINT NOT NULL,
    PRIMARY KEY (owner, instance_id, number)
) IN_KEY_ORDER;

CREATE INDEX former_instance_by_end ON former_instance (valid_until);

-- Whose people a query reads, if it names any of their tables.
ALTER TABLE lake_query ADD COLUMN people TEXT;
