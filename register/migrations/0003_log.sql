-- Everything that was recorded, in order: what the log's tree has as leaves.
CREATE TABLE log_entries (
    position INTEGER PRIMARY KEY CHECK (position >= 0),
    entry    TEXT NOT NULL
) STRICT;

-- The complete subtrees of the log, so that a proof needs no more than a few of them.
CREATE TABLE log_nodes (
    level    INTEGER NOT NULL,
    position INTEGER NOT NULL,
    hash     BLOB    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, position)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER log_entries_stay BEFORE DELETE ON log_entries BEGIN SELECT RAISE(ABORT, 'log entries are only added'); END;
CREATE TRIGGER log_entries_keep BEFORE UPDATE ON log_entries BEGIN SELECT RAISE(ABORT, 'log entries are only added'); END;
CREATE TRIGGER log_nodes_stay BEFORE DELETE ON log_nodes BEGIN SELECT RAISE(ABORT, 'log entries are only added'); END;
CREATE TRIGGER log_nodes_keep BEFORE UPDATE ON log_nodes BEGIN SELECT RAISE(ABORT, 'log entries are only added'); END;
