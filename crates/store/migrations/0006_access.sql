-- The access area: permission sets, who has them in which account, their roles, and the requests that change all this.
CREATE TABLE permission_set (
    instance TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    session_duration TEXT NOT NULL,
    relay_state TEXT,
    policies TEXT NOT NULL,
    revision BIGINT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (instance, id)
);

CREATE UNIQUE INDEX permission_set_by_name ON permission_set (instance, name);

CREATE TABLE account_assignment (
    instance TEXT NOT NULL,
    account TEXT NOT NULL,
    permission_set TEXT NOT NULL,
    principal_kind TEXT NOT NULL,
    principal_id TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (instance, account, permission_set, principal_kind, principal_id)
);

CREATE INDEX account_assignment_by_permission_set ON account_assignment (instance, permission_set, account);
CREATE INDEX account_assignment_by_principal
    ON account_assignment (instance, principal_kind, principal_id, account, permission_set);

-- A row for each role that stands for a permission set in an account.
CREATE TABLE provisioned_permission_set (
    instance TEXT NOT NULL,
    account TEXT NOT NULL,
    permission_set TEXT NOT NULL,
    revision BIGINT NOT NULL,
    role_id TEXT NOT NULL,
    role_name TEXT NOT NULL,
    provisioned BIGINT NOT NULL,
    PRIMARY KEY (instance, account, permission_set)
);

CREATE INDEX provisioned_permission_set_by_set ON provisioned_permission_set (instance, permission_set, account);

-- The SAML provider through which an instance signs people in to an account.
CREATE TABLE access_provider (
    instance TEXT NOT NULL,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (instance, account)
);

-- `id` is NULL for what no caller asks for. `lease_until` is when another worker may take the request.
CREATE TABLE access_request (
    number SERIAL_KEY,
    instance TEXT NOT NULL,
    id TEXT,
    kind TEXT NOT NULL,
    permission_set TEXT NOT NULL,
    account TEXT,
    principal_kind TEXT,
    principal_id TEXT,
    refusal TEXT,
    caller TEXT,
    created BIGINT NOT NULL,
    status TEXT NOT NULL,
    failure_reason TEXT,
    done TEXT,
    attempts BIGINT NOT NULL,
    lease_until BIGINT NOT NULL
);

CREATE UNIQUE INDEX access_request_by_id ON access_request (instance, id);
CREATE INDEX access_request_by_kind ON access_request (instance, kind, number);
CREATE INDEX access_request_waiting ON access_request (status, number);
CREATE INDEX access_request_turn ON access_request (instance, permission_set, status, number);
CREATE INDEX access_request_by_age ON access_request (created, number);
