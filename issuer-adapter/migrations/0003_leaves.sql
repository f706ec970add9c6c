-- Commitments to copies, for which the register gives receipts.

-- Leaves that were handed in together, or are about to be.
CREATE TABLE leaf_batches (
    id INTEGER PRIMARY KEY,
    unit TEXT NOT NULL,
    root TEXT NOT NULL,
    -- The file of leaves, padding included.
    leaves TEXT NOT NULL,
    -- The days on which its awards are dated, as a JSON array.
    days TEXT NOT NULL,
    closed_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at INTEGER NOT NULL,
    -- What the register answered.
    receipt TEXT,
    received_at INTEGER
) STRICT;

CREATE INDEX leaf_batches_waiting ON leaf_batches (next_attempt_at) WHERE receipt IS NULL;

CREATE TABLE leaves (
    leaf BLOB PRIMARY KEY,
    award TEXT NOT NULL REFERENCES awards (id),
    unit TEXT NOT NULL,
    configuration TEXT NOT NULL,
    -- What the identifier and the salts of the copy follow from. Secret until the copy is made.
    seed BLOB NOT NULL,
    -- The date of the award.
    dated_at INTEGER NOT NULL,
    -- The copy that was made of it, if one was.
    copy TEXT REFERENCES copies (id),
    -- Whether the award was changed since, so that no copy of it is made any more.
    is_void INTEGER NOT NULL DEFAULT 0,
    batch INTEGER REFERENCES leaf_batches (id),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX leaves_unused ON leaves (award, configuration) WHERE copy IS NULL;
CREATE INDEX leaves_waiting ON leaves (unit, created_at) WHERE batch IS NULL;
