-- Everything here is only ever added to; what ends, ends by a later row.

CREATE TABLE frameworks (
    id       TEXT NOT NULL,
    version  TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (id, version)
) STRICT;

CREATE TABLE entities (
    position  INTEGER PRIMARY KEY,
    entity_id TEXT NOT NULL UNIQUE,
    document  TEXT NOT NULL
) STRICT;

CREATE TABLE keys (
    position  INTEGER PRIMARY KEY,
    kid       TEXT NOT NULL UNIQUE,
    entity_id TEXT NOT NULL REFERENCES entities (entity_id),
    document  TEXT NOT NULL
) STRICT;

-- The name is the last segment of the id, by which endpoints know an accreditation.
CREATE TABLE accreditations (
    position  INTEGER PRIMARY KEY,
    id        TEXT NOT NULL UNIQUE,
    name      TEXT NOT NULL UNIQUE,
    entity_id TEXT NOT NULL REFERENCES entities (entity_id),
    document  TEXT NOT NULL
) STRICT;

CREATE TABLE status_events (
    accreditation TEXT    NOT NULL REFERENCES accreditations (id),
    seq           INTEGER NOT NULL CHECK (seq > 0),
    document      TEXT    NOT NULL,
    PRIMARY KEY (accreditation, seq)
) STRICT;

-- What a keeper asked under an idempotency key, and the event that it led to.
CREATE TABLE keeper_requests (
    idempotency_key TEXT    NOT NULL PRIMARY KEY,
    request_digest  TEXT    NOT NULL,
    accreditation   TEXT    NOT NULL,
    seq             INTEGER NOT NULL,
    list_sequence   INTEGER NOT NULL,
    FOREIGN KEY (accreditation, seq) REFERENCES status_events (accreditation, seq)
) STRICT;

-- Every list ever signed. Lists with the same sequence differ in their dates alone.
CREATE TABLE lists (
    signing      INTEGER PRIMARY KEY,
    sequence     INTEGER NOT NULL CHECK (sequence > 0),
    content_hash TEXT    NOT NULL,
    issued_at    TEXT    NOT NULL,
    signed       TEXT    NOT NULL
) STRICT;

CREATE INDEX lists_by_sequence ON lists (sequence, signing);

CREATE TRIGGER frameworks_stay BEFORE DELETE ON frameworks BEGIN SELECT RAISE(ABORT, 'frameworks are only added'); END;
CREATE TRIGGER frameworks_keep BEFORE UPDATE ON frameworks BEGIN SELECT RAISE(ABORT, 'frameworks are only added'); END;
CREATE TRIGGER entities_stay BEFORE DELETE ON entities BEGIN SELECT RAISE(ABORT, 'entities are only added'); END;
CREATE TRIGGER entities_keep BEFORE UPDATE ON entities BEGIN SELECT RAISE(ABORT, 'entities are only added'); END;
CREATE TRIGGER keys_stay BEFORE DELETE ON keys BEGIN SELECT RAISE(ABORT, 'keys are only added'); END;
CREATE TRIGGER keys_keep BEFORE UPDATE ON keys BEGIN SELECT RAISE(ABORT, 'keys are only added'); END;
CREATE TRIGGER accreditations_stay BEFORE DELETE ON accreditations BEGIN SELECT RAISE(ABORT, 'accreditations are only added'); END;
CREATE TRIGGER accreditations_keep BEFORE UPDATE ON accreditations BEGIN SELECT RAISE(ABORT, 'accreditations are only added'); END;
CREATE TRIGGER status_events_stay BEFORE DELETE ON status_events BEGIN SELECT RAISE(ABORT, 'status events are only added'); END;
CREATE TRIGGER status_events_keep BEFORE UPDATE ON status_events BEGIN SELECT RAISE(ABORT, 'status events are only added'); END;
CREATE TRIGGER lists_stay BEFORE DELETE ON lists BEGIN SELECT RAISE(ABORT, 'lists are only added'); END;
CREATE TRIGGER lists_keep BEFORE UPDATE ON lists BEGIN SELECT RAISE(ABORT, 'lists are only added'); END;
