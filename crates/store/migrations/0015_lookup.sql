-- Events are looked up by one attribute at a time, newest first. The conditions, which always hold where these are looked up,
-- make SQLite prefer each of these indexes to the one by time alone.

CREATE INDEX event_name ON event (account, region, name, time, number) WHERE name IS NOT NULL;
CREATE INDEX event_source ON event (account, region, source, time, number) WHERE source IS NOT NULL;
CREATE INDEX event_username ON event (account, region, username, time, number) WHERE username IS NOT NULL;
CREATE INDEX event_access_key ON event (account, region, access_key_id, time, number) WHERE access_key_id IS NOT NULL;
CREATE INDEX event_read_only ON event (account, region, read_only, time, number) WHERE read_only IS NOT NULL;

-- By the resources that an event names: its type, its ARN and its name, each marked as what it is.
CREATE TABLE event_resource (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    resource TEXT NOT NULL,
    time BIGINT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (account, region, resource, time, number)
) IN_KEY_ORDER;

CREATE INDEX event_resource_number ON event_resource (number);

-- Nothing looks for stores by when they end.
DROP INDEX lake_store_ends;
