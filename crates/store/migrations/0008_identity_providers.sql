-- The identity providers that an account trusts. Lists are JSON; times are milliseconds since the epoch.

CREATE TABLE iam_saml_provider (
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    id TEXT NOT NULL,
    document TEXT NOT NULL,
    issuer TEXT NOT NULL,
    certificates TEXT NOT NULL,
    valid_until BIGINT NOT NULL,
    tags TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (account, name)
);

-- `name` is the URL without its scheme.
CREATE TABLE iam_oidc_provider (
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    client_ids TEXT NOT NULL,
    thumbprints TEXT NOT NULL,
    tags TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (account, name)
);
