CREATE TABLE record (
    -- 16 bytes chosen by the recorder; no name, place or number of a person stands in this database.
    record_id BLOB NOT NULL PRIMARY KEY CHECK (length(record_id) = 16),
    -- 'unreadable': its journal could not be summarised; the files are as they were.
    state TEXT NOT NULL CHECK (state IN ('recording', 'interrupted', 'ended', 'sealed', 'stored', 'unreadable')),
    -- Microseconds since 1970, UTC, by the phone's wall clock; 0 if unreadable.
    opened_at_us INTEGER NOT NULL,
    -- Null until the capture has ended.
    ended_at_us INTEGER,
    -- How many things the officer still owes.
    owed_count INTEGER NOT NULL CHECK (owed_count >= 0),
    -- The storage deadline, exclusive (办法 第十七条). Null until there is a trigger.
    deadline_us INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE segment (
    record_id BLOB NOT NULL REFERENCES record (record_id),
    take INTEGER NOT NULL CHECK (take >= 0),
    number INTEGER NOT NULL CHECK (number >= 0),
    -- Of the plain bytes, 32 to 64 bytes by the record's suite. Null while it grows.
    digest BLOB CHECK (digest IS NULL OR length(digest) BETWEEN 32 AND 64),
    size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),
    state TEXT NOT NULL CHECK (state IN ('recording', 'waiting', 'uploading', 'stored', 'purged')),
    deadline_us INTEGER,
    PRIMARY KEY (record_id, take, number),
    CHECK (digest IS NOT NULL OR state = 'recording')
) STRICT, WITHOUT ROWID;

CREATE INDEX segment_by_state ON segment (state, deadline_us);
