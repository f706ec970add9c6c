-- What was last told to the register of how much a unit awarded within a year.
CREATE TABLE told_statistics (
    unit    TEXT    NOT NULL,
    year    INTEGER NOT NULL,
    -- As a JSON array.
    counts  TEXT    NOT NULL,
    told_at INTEGER NOT NULL,
    PRIMARY KEY (unit, year)
) STRICT, WITHOUT ROWID;
