-- Token status lists beside bitstring ones: an entry holds a value instead of a bit.

CREATE TABLE lists (
    id TEXT PRIMARY KEY,
    unit TEXT NOT NULL,
    -- A bitstring list of one purpose, or a token list.
    kind TEXT NOT NULL CHECK (kind IN ('revocation', 'suspension', 'token')),
    length INTEGER NOT NULL,
    -- Grows with every change of an entry.
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE entries (
    list TEXT NOT NULL REFERENCES lists (id),
    position INTEGER NOT NULL,
    copy TEXT NOT NULL REFERENCES copies (id),
    -- In a bitstring list 0 or 1; in a token list 0 valid, 1 invalid, 2 suspended.
    value INTEGER NOT NULL DEFAULT 0 CHECK (value BETWEEN 0 AND 2),
    PRIMARY KEY (list, position)
) STRICT, WITHOUT ROWID;

INSERT INTO lists (id, unit, kind, length, version, created_at)
    SELECT id, unit, purpose, length, version, created_at FROM status_lists;
INSERT INTO entries (list, position, copy, value)
    SELECT list, position, copy, is_set FROM status_entries;

DROP TABLE status_entries;
DROP TABLE status_lists;
ALTER TABLE lists RENAME TO status_lists;
ALTER TABLE entries RENAME TO status_entries;

CREATE INDEX status_entries_by_copy ON status_entries (copy);

-- The configurations for which a token gave out credential identifiers, as a JSON array.
ALTER TABLE access_tokens ADD COLUMN identified TEXT;
