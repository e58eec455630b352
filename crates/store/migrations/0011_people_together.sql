-- A store's people lie in the order of their ids, so that a page of them is read in one sweep.
ALTER TABLE directory_user RENAME TO directory_user_before;

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
) IN_KEY_ORDER;

INSERT INTO directory_user (store_id, user_id, revision, enabled, profile, external_ids, created_at, created_by,
    updated_at, updated_by)
SELECT store_id, user_id, revision, enabled, profile, external_ids, created_at, created_by, updated_at, updated_by
FROM directory_user_before ORDER BY store_id, user_id;

DROP TABLE directory_user_before;
