-- Moments are milliseconds since 1970. Codes, tokens and nonces are kept as SHA-256 digests alone.

CREATE TABLE awards (
    id TEXT PRIMARY KEY,
    -- The source's identifier of the award: importing it again finds this row.
    source TEXT,
    unit TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('review', 'approved', 'offered', 'issued', 'suspended', 'revoked')),
    record TEXT NOT NULL,
    intake TEXT NOT NULL,
    justification TEXT,
    -- The last part of the achievement's address.
    achievement TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- After a revocation the same result may be awarded anew.
CREATE UNIQUE INDEX awards_by_source ON awards (source) WHERE source IS NOT NULL AND state <> 'revoked';
CREATE INDEX awards_by_achievement ON awards (achievement);
CREATE INDEX awards_by_creation ON awards (created_at);

-- Which warnings staff confirmed; the digest binds a confirmation to what the warning said.
CREATE TABLE confirmations (
    award TEXT NOT NULL REFERENCES awards (id),
    code TEXT NOT NULL,
    digest BLOB NOT NULL,
    confirmed_by TEXT NOT NULL,
    confirmed_at INTEGER NOT NULL,
    PRIMARY KEY (award, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE offers (
    id_hash BLOB PRIMARY KEY,
    award TEXT NOT NULL REFERENCES awards (id),
    code_hash BLOB NOT NULL UNIQUE,
    tx_code_hash BLOB NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    -- When it was redeemed, replaced or given up.
    ended_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX offers_by_award ON offers (award);

CREATE TABLE access_tokens (
    token_hash BLOB PRIMARY KEY,
    award TEXT NOT NULL REFERENCES awards (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX access_tokens_by_award ON access_tokens (award);

-- Nonces that were used; kept until they would have expired anyway.
CREATE TABLE nonces (
    hash BLOB PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was issued. What it says follows from the award and is not kept a second time.
CREATE TABLE copies (
    id TEXT PRIMARY KEY,
    award TEXT NOT NULL REFERENCES awards (id),
    token_hash BLOB NOT NULL,
    configuration TEXT NOT NULL,
    notification_hash BLOB NOT NULL,
    -- What the wallet told of it, if it did.
    outcome TEXT,
    issued_at INTEGER NOT NULL
) STRICT;

CREATE INDEX copies_by_award ON copies (award);
CREATE INDEX copies_by_notification ON copies (notification_hash);

CREATE TABLE status_lists (
    id TEXT PRIMARY KEY,
    unit TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('revocation', 'suspension')),
    length INTEGER NOT NULL,
    -- Grows with every change of an entry.
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE status_entries (
    list TEXT NOT NULL REFERENCES status_lists (id),
    position INTEGER NOT NULL,
    copy TEXT NOT NULL REFERENCES copies (id),
    is_set INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (list, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX status_entries_by_copy ON status_entries (copy);

-- What happened, only ever added to.
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    award TEXT REFERENCES awards (id),
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    detail TEXT
) STRICT;

CREATE INDEX audit_by_award ON audit (award, seq);
