-- The operator's changes of key as they were signed, only ever added to.
CREATE TABLE key_changes (
    number INTEGER PRIMARY KEY CHECK (number > 0),
    signed TEXT    NOT NULL
) STRICT;

-- The thumbprint of the only key that may follow, by how many changes there had been when it was announced.
CREATE TABLE announced_keys (
    changes    INTEGER PRIMARY KEY CHECK (changes >= 0),
    thumbprint TEXT    NOT NULL
) STRICT;

CREATE TRIGGER key_changes_stay BEFORE DELETE ON key_changes BEGIN SELECT RAISE(ABORT, 'changes of key are only added'); END;
CREATE TRIGGER key_changes_keep BEFORE UPDATE ON key_changes BEGIN SELECT RAISE(ABORT, 'changes of key are only added'); END;
CREATE TRIGGER announced_keys_stay BEFORE DELETE ON announced_keys BEGIN SELECT RAISE(ABORT, 'announced keys are only added'); END;
CREATE TRIGGER announced_keys_keep BEFORE UPDATE ON announced_keys BEGIN SELECT RAISE(ABORT, 'announced keys are only added'); END;
