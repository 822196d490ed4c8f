CREATE TABLE upload (
    record_id BLOB NOT NULL REFERENCES record (record_id),
    -- 1 opened line, 2 lines, 3 private values, 4 photo or document, 5 init, 6 segment, 7 receipt.
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 7),
    -- The vault's numbers; of a photo or document, its place among the record's.
    take INTEGER NOT NULL CHECK (take >= 0),
    number INTEGER NOT NULL CHECK (number >= 0),
    -- The order in which things leave: 1 opened lines, 2 lines and private values, 3 photos, 4 media, 5 receipts.
    class INTEGER NOT NULL CHECK (class BETWEEN 1 AND 5),
    -- Of the plain bytes; null where bytes are still added.
    digest BLOB CHECK (digest IS NULL OR length(digest) = 32),
    size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),
    -- Plain bytes that the agency is known to hold.
    stored_bytes INTEGER NOT NULL CHECK (stored_bytes BETWEEN 0 AND size_bytes),
    -- Over a network the officer pays for: lines and small pictures always, film after a yes to the stated size.
    may_go_paid INTEGER NOT NULL CHECK (may_go_paid IN (0, 1)),
    -- The storage deadline, µs since 1970; the largest integer where there is none, so that it sorts last.
    due_us INTEGER NOT NULL,
    -- 'ready': goes next; 'later': goes after next_attempt_us; 'held': waits for a person; 'done': the agency has it.
    state TEXT NOT NULL CHECK (state IN ('ready', 'later', 'held', 'done')),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    next_attempt_us INTEGER NOT NULL,
    -- A code of the uploader; null where nothing stands in the way.
    reason TEXT CHECK (reason IS NULL OR length(reason) BETWEEN 1 AND 40),
    PRIMARY KEY (record_id, kind, take, number),
    CHECK (state IN ('ready', 'done') OR reason IS NOT NULL)
) STRICT, WITHOUT ROWID;

-- The first row of each is the next to go: nothing is passed over, however much waits.
CREATE INDEX upload_next ON upload (class, due_us, record_id, kind, take, number) WHERE state = 'ready';
CREATE INDEX upload_next_paid ON upload (class, due_us, record_id, kind, take, number)
    WHERE state = 'ready' AND may_go_paid = 1;
CREATE INDEX upload_later ON upload (next_attempt_us) WHERE state = 'later';
CREATE INDEX upload_held ON upload (record_id) WHERE state = 'held';

-- What keeps everything waiting, and not one row: the agency does not answer, the device was revoked. At most one row.
CREATE TABLE upload_hold (
    only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 40),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    next_attempt_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
