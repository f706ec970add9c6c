-- Who took over from whom, only ever added to.
CREATE TABLE successions (
    entity_id TEXT NOT NULL PRIMARY KEY REFERENCES entities (entity_id),
    document  TEXT NOT NULL
) STRICT;

CREATE TRIGGER successions_stay BEFORE DELETE ON successions BEGIN SELECT RAISE(ABORT, 'successions are only added'); END;
CREATE TRIGGER successions_keep BEFORE UPDATE ON successions BEGIN SELECT RAISE(ABORT, 'successions are only added'); END;
