-- The iam area. Names are unique without regard to letter case, so their lower-case form is a column of its own.

CREATE TABLE iam_user (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    path TEXT NOT NULL,
    boundary TEXT,
    tags TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (account, id)
);

CREATE UNIQUE INDEX iam_user_name ON iam_user (account, name_key);
CREATE INDEX iam_user_boundary ON iam_user (account, boundary, id);

-- Trust policies hold the unique ids of principals of any account.
CREATE INDEX iam_user_id ON iam_user (id);

CREATE TABLE iam_role (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    path TEXT NOT NULL,
    trust_policy TEXT NOT NULL,
    description TEXT,
    max_session_seconds BIGINT NOT NULL,
    boundary TEXT,
    tags TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (account, id)
);

CREATE UNIQUE INDEX iam_role_name ON iam_role (account, name_key);
CREATE INDEX iam_role_boundary ON iam_role (account, boundary, id);

CREATE INDEX iam_role_id ON iam_role (id);

CREATE TABLE iam_group (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    path TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (account, id)
);

CREATE UNIQUE INDEX iam_group_name ON iam_group (account, name_key);

CREATE TABLE iam_group_member (
    account TEXT NOT NULL,
    group_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (account, group_id, user_id)
);

CREATE INDEX iam_group_member_user ON iam_group_member (account, user_id, group_id);

-- An access key is looked up by its id alone, before anything is known of the caller. No user: the root user's key.
CREATE TABLE iam_access_key (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    user_id TEXT,
    sealed_secret BLOB NOT NULL,
    active BIGINT NOT NULL,
    created BIGINT NOT NULL,
    used BIGINT,
    used_service TEXT,
    used_region TEXT
);

CREATE INDEX iam_access_key_owner ON iam_access_key (account, user_id, id);

CREATE TABLE iam_policy (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    path TEXT NOT NULL,
    description TEXT,
    default_version BIGINT NOT NULL,
    last_version BIGINT NOT NULL,
    tags TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    PRIMARY KEY (account, id)
);

CREATE UNIQUE INDEX iam_policy_name ON iam_policy (account, name_key);

CREATE TABLE iam_policy_version (
    account TEXT NOT NULL,
    policy_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    document TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (account, policy_id, number)
);

-- Attached managed policies, by the unique id of the user, role or group.
CREATE TABLE iam_attachment (
    account TEXT NOT NULL,
    holder_id TEXT NOT NULL,
    holder_kind TEXT NOT NULL,
    policy_arn TEXT NOT NULL,
    PRIMARY KEY (account, holder_id, policy_arn)
);

CREATE INDEX iam_attachment_policy ON iam_attachment (account, policy_arn, holder_id);

CREATE TABLE iam_inline_policy (
    account TEXT NOT NULL,
    holder_id TEXT NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (account, holder_id, name)
);

-- An alias is unique among all accounts; an account has at most one.
CREATE TABLE iam_account_alias (
    alias TEXT PRIMARY KEY,
    account TEXT NOT NULL
);

CREATE UNIQUE INDEX iam_account_alias_account ON iam_account_alias (account);
