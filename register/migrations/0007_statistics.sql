-- How much issuers say they awarded within a year; of each issuer and year the newest counts.
CREATE TABLE statistics (
    position    INTEGER PRIMARY KEY,
    issuer      TEXT    NOT NULL,
    year        INTEGER NOT NULL,
    -- Seconds since 1970.
    received_at INTEGER NOT NULL,
    -- As the issuer signed it.
    signed      TEXT    NOT NULL,
    document    TEXT    NOT NULL
) STRICT;

CREATE INDEX statistics_by_issuer ON statistics (year, issuer, position);

CREATE TRIGGER statistics_stay BEFORE DELETE ON statistics BEGIN SELECT RAISE(ABORT, 'numbers are only added'); END;
CREATE TRIGGER statistics_keep BEFORE UPDATE ON statistics BEGIN SELECT RAISE(ABORT, 'numbers are only added'); END;
