-- How many requests of an instance are outstanding is asked with each new one.
CREATE INDEX access_request_outstanding ON access_request (instance, status, id);
