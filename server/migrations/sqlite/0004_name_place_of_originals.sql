-- Where the originals of an agency are, once that is not the data folder of its one instance.
CREATE TABLE place (
    agency_id TEXT NOT NULL PRIMARY KEY,
    -- s3://NAME/PREFIX or file:///FOLDER; never changed.
    address TEXT NOT NULL,
    -- Days that each original is locked from its put on; only raised. 0: the place has no locks.
    retain_days INTEGER NOT NULL CHECK (retain_days >= 0)
) STRICT;
