-- Kind 9: documents that the agency issued.
CREATE TABLE file_of_9_kinds (
    -- The random name in the vault.
    name BLOB NOT NULL PRIMARY KEY CHECK (length(name) = 16),
    -- Not a reference: the device's own files belong to record 0, and a file may be known before its record is.
    record_id BLOB NOT NULL CHECK (length(record_id) = 16),
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 9),
    take INTEGER NOT NULL CHECK (take >= 0),
    number INTEGER NOT NULL CHECK (number >= 0),
    -- Of a file of lines that was continued: which part, and how many plain bytes stand before it.
    part INTEGER NOT NULL CHECK (part >= 0),
    from_bytes INTEGER NOT NULL CHECK (from_bytes >= 0),
    -- Sealed bytes that were synced, and with the mark behind them.
    synced_bytes INTEGER NOT NULL CHECK (synced_bytes >= 0),
    sealed_bytes INTEGER NOT NULL CHECK (sealed_bytes >= synced_bytes),
    plain_bytes INTEGER NOT NULL CHECK (plain_bytes >= 0),
    state TEXT NOT NULL CHECK (state IN ('present', 'purged')),
    -- First 8 bytes of the SHA-256 of the row: a length that a failing disk changed must not hide bytes of a journal.
    row_check BLOB NOT NULL CHECK (length(row_check) = 8)
) STRICT, WITHOUT ROWID;

INSERT INTO file_of_9_kinds SELECT * FROM file;
DROP TABLE file;
ALTER TABLE file_of_9_kinds RENAME TO file;
CREATE INDEX file_by_record ON file (record_id);

CREATE TABLE reckoned (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    -- The notices by which the deadlines in `record` were counted, by name, each followed by LF.
    notices TEXT NOT NULL
) STRICT;
