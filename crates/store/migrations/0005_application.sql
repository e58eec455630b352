-- The application area: applications, their settings and assignments; buckets and objects.
CREATE TABLE application (
    instance TEXT NOT NULL,
    id TEXT NOT NULL,
    account TEXT NOT NULL,
    provider TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    status TEXT NOT NULL,
    portal TEXT NOT NULL,
    assignment_required BIGINT NOT NULL,
    background_sessions TEXT,
    created BIGINT NOT NULL,
    created_from TEXT NOT NULL,
    PRIMARY KEY (instance, id)
);

CREATE INDEX application_by_account ON application (instance, account, id);
CREATE INDEX application_by_provider ON application (instance, provider, id);

CREATE TABLE application_assignment (
    instance TEXT NOT NULL,
    application TEXT NOT NULL,
    principal_kind TEXT NOT NULL,
    principal_id TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (instance, application, principal_kind, principal_id)
);

CREATE INDEX application_assignment_by_principal
    ON application_assignment (instance, principal_kind, principal_id, application);

-- One row an access scope, grant or authentication method; its content is JSON.
CREATE TABLE application_part (
    instance TEXT NOT NULL,
    application TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (instance, application, kind, name)
);

CREATE TABLE bucket (
    name TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    created BIGINT NOT NULL
);

CREATE INDEX bucket_by_account ON bucket (account, name);

-- `segments` is JSON: the pieces of the object's bytes in order, each a name in the object store and a size.
CREATE TABLE object (
    bucket TEXT NOT NULL,
    name TEXT NOT NULL,
    segments TEXT NOT NULL,
    size BIGINT NOT NULL,
    etag TEXT NOT NULL,
    headers TEXT NOT NULL,
    modified BIGINT NOT NULL,
    PRIMARY KEY (bucket, name)
);

CREATE TABLE upload (
    bucket TEXT NOT NULL,
    name TEXT NOT NULL,
    id TEXT NOT NULL,
    headers TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (bucket, name, id)
);

CREATE TABLE upload_part (
    upload TEXT NOT NULL,
    number BIGINT NOT NULL,
    segment TEXT NOT NULL,
    size BIGINT NOT NULL,
    etag TEXT NOT NULL,
    modified BIGINT NOT NULL,
    PRIMARY KEY (upload, number)
);

-- Pieces in the object store that no object or part holds: being written, or replaced and to be removed once due.
CREATE TABLE loose_segment (
    segment TEXT PRIMARY KEY,
    due BIGINT NOT NULL
);

CREATE INDEX loose_segment_due ON loose_segment (due, segment);
