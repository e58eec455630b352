-- An account's queries that are not over: few, among all that it asked in a week.
CREATE INDEX lake_query_active ON lake_query (account) WHERE due IS NOT NULL;
