-- What ends a key before its time, only ever added to.
CREATE TABLE key_events (
    position INTEGER PRIMARY KEY,
    kid      TEXT NOT NULL REFERENCES keys (kid),
    document TEXT NOT NULL
) STRICT;

CREATE INDEX key_events_by_key ON key_events (kid, position);

-- Batches of leaves as issuers signed them, and the receipts that were given for them.
CREATE TABLE receipts (
    sequence    INTEGER PRIMARY KEY CHECK (sequence > 0),
    issuer      TEXT    NOT NULL,
    batch       INTEGER NOT NULL CHECK (batch > 0),
    root        TEXT    NOT NULL,
    -- Seconds since 1970.
    received_at INTEGER NOT NULL,
    statement   TEXT    NOT NULL,
    signed      TEXT    NOT NULL,
    leaves      TEXT    NOT NULL,
    UNIQUE (issuer, batch),
    UNIQUE (issuer, root)
) STRICT;

-- In which months the awards of a batch are dated.
CREATE TABLE receipt_months (
    issuer   TEXT    NOT NULL,
    month    TEXT    NOT NULL,
    sequence INTEGER NOT NULL REFERENCES receipts (sequence),
    PRIMARY KEY (issuer, month, sequence)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER key_events_stay BEFORE DELETE ON key_events BEGIN SELECT RAISE(ABORT, 'key events are only added'); END;
CREATE TRIGGER key_events_keep BEFORE UPDATE ON key_events BEGIN SELECT RAISE(ABORT, 'key events are only added'); END;
CREATE TRIGGER receipts_stay BEFORE DELETE ON receipts BEGIN SELECT RAISE(ABORT, 'receipts are only added'); END;
CREATE TRIGGER receipts_keep BEFORE UPDATE ON receipts BEGIN SELECT RAISE(ABORT, 'receipts are only added'); END;
CREATE TRIGGER receipt_months_stay BEFORE DELETE ON receipt_months BEGIN SELECT RAISE(ABORT, 'receipts are only added'); END;
CREATE TRIGGER receipt_months_keep BEFORE UPDATE ON receipt_months BEGIN SELECT RAISE(ABORT, 'receipts are only added'); END;
