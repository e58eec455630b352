-- How many requests of an instance are outstanding is asked with each new one.
CREATE INDEX access_request_outstanding ON access_request (instance, status, id);

-- The assignments of a permission set in an account lie together, so that a page of them is read in one sweep.
ALTER TABLE account_assignment RENAME TO account_assignment_before;
DROP INDEX account_assignment_by_permission_set;
DROP INDEX account_assignment_by_principal;

CREATE TABLE account_assignment (
    instance TEXT NOT NULL,
    account TEXT NOT NULL,
    permission_set TEXT NOT NULL,
    principal_kind TEXT NOT NULL,
    principal_id TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (instance, account, permission_set, principal_kind, principal_id)
) IN_KEY_ORDER;

INSERT INTO account_assignment (instance, account, permission_set, principal_kind, principal_id, created)
SELECT instance, account, permission_set, principal_kind, principal_id, created
FROM account_assignment_before ORDER BY instance, account, permission_set, principal_kind, principal_id;

DROP TABLE account_assignment_before;

CREATE INDEX account_assignment_by_permission_set ON account_assignment (instance, permission_set, account);
CREATE INDEX account_assignment_by_principal
    ON account_assignment (instance, principal_kind, principal_id, account, permission_set);
