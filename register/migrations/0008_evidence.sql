-- What is known of organisations from elsewhere, only ever added to: newer evidence takes the place of what was known about the
-- same thing when the list is made.
CREATE TABLE evidence (
    position  INTEGER PRIMARY KEY,
    entity_id TEXT NOT NULL REFERENCES entities (entity_id),
    document  TEXT NOT NULL
) STRICT;

CREATE TRIGGER evidence_stays BEFORE DELETE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence is only added'); END;
CREATE TRIGGER evidence_keeps BEFORE UPDATE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence is only added'); END;
