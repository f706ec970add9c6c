-- What keepers proposed, and what became of it; only ever added to. Names of keepers stand here alone.
CREATE TABLE proposals (
    number          INTEGER PRIMARY KEY CHECK (number > 0),
    keeper          TEXT    NOT NULL,
    proposed_at     TEXT    NOT NULL,
    change          TEXT    NOT NULL,
    change_digest   TEXT    NOT NULL,
    idempotency_key TEXT,
    -- What an urgent proposal recorded at once.
    effect          TEXT,
    UNIQUE (keeper, idempotency_key)
) STRICT;

CREATE INDEX proposals_by_digest ON proposals (change_digest);

CREATE TABLE proposal_closings (
    number    INTEGER PRIMARY KEY REFERENCES proposals (number),
    keeper    TEXT    NOT NULL,
    closed_at TEXT    NOT NULL,
    outcome   TEXT    NOT NULL CHECK (outcome IN ('confirmed', 'rejected', 'withdrawn')),
    reason    TEXT,
    -- What was recorded because of it.
    answer    TEXT
) STRICT;

-- What was checked before an admission, without names.
CREATE TABLE checklists (
    accreditation TEXT NOT NULL PRIMARY KEY REFERENCES accreditations (id),
    document      TEXT NOT NULL
) STRICT;

-- What it kept for repeated requests is kept with the proposals now.
DROP TABLE keeper_requests;

CREATE TRIGGER proposals_stay BEFORE DELETE ON proposals BEGIN SELECT RAISE(ABORT, 'proposals are only added'); END;
CREATE TRIGGER proposals_keep BEFORE UPDATE ON proposals BEGIN SELECT RAISE(ABORT, 'proposals are only added'); END;
CREATE TRIGGER proposal_closings_stay BEFORE DELETE ON proposal_closings BEGIN SELECT RAISE(ABORT, 'closings are only added'); END;
CREATE TRIGGER proposal_closings_keep BEFORE UPDATE ON proposal_closings BEGIN SELECT RAISE(ABORT, 'closings are only added'); END;
CREATE TRIGGER checklists_stay BEFORE DELETE ON checklists BEGIN SELECT RAISE(ABORT, 'checklists are only added'); END;
CREATE TRIGGER checklists_keep BEFORE UPDATE ON checklists BEGIN SELECT RAISE(ABORT, 'checklists are only added'); END;
