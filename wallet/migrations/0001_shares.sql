-- What the store keeps of a link. The key to `sealed` is in the link alone, so nothing in here can be read with it.
CREATE TABLE shares (
    id TEXT PRIMARY KEY NOT NULL,
    -- SHA-256 of what its owner changes and withdraws it with.
    capability BLOB NOT NULL UNIQUE,
    -- SHA-256 of the request that made it, so that the same request again finds it.
    request BLOB NOT NULL,
    -- The compact JWE; NULL from the moment the share is over.
    sealed TEXT,
    -- Its length in bytes; 0 from that moment.
    size INTEGER NOT NULL,
    -- Milliseconds since 1970.
    until INTEGER NOT NULL,
    most_views INTEGER,
    views INTEGER NOT NULL DEFAULT 0,
    -- A day, not a moment: nobody needs to know when somebody read it.
    last_opened_on TEXT,
    -- Why it is over: withdrawn, ended or used-up.
    over TEXT CHECK (over IN ('withdrawn', 'ended', 'used-up')),
    CHECK ((over IS NULL) = (sealed IS NOT NULL))
) STRICT;

CREATE INDEX shares_by_size ON shares (size);
CREATE INDEX shares_by_end ON shares (until);
