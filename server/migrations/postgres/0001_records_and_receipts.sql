-- Every table has agency_id, every key starts with it. Instants are µs; ids and digests are hex; lines are bytes as they were signed.
CREATE TABLE agency (
    agency_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    origin TEXT NOT NULL,
    -- 'system' or 'designated_storage': what receipts of this node say.
    storage_kind TEXT NOT NULL,
    -- The last instant the agency spoke of: its time never goes back.
    clock_us BIGINT NOT NULL,
    created_us BIGINT NOT NULL
);

CREATE TABLE unit (
    agency_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (agency_id, unit_id)
);

CREATE TABLE administrator (
    agency_id TEXT NOT NULL,
    administrator_id TEXT NOT NULL,
    token_sha256 TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (agency_id, administrator_id)
);
CREATE UNIQUE INDEX administrator_by_token ON administrator (agency_id, token_sha256);

CREATE TABLE keyset_line (
    agency_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    line BYTEA NOT NULL,
    PRIMARY KEY (agency_id, seq)
);

CREATE TABLE enrolment_code (
    agency_id TEXT NOT NULL,
    code_id TEXT NOT NULL,
    mac_key BYTEA NOT NULL,
    unit_id TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    wrong_macs BIGINT NOT NULL,
    -- Of the request that used the code; the same request gets the same reply.
    request_sha256 TEXT,
    reply TEXT,
    device_id TEXT,
    used_us BIGINT,
    PRIMARY KEY (agency_id, code_id)
);

CREATE TABLE device (
    agency_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    -- suite.keyid.public, as in agency.pub.
    device_key TEXT NOT NULL,
    certificate_number BIGINT NOT NULL,
    certificate TEXT NOT NULL,
    enrolled_us BIGINT NOT NULL,
    revoked_from_us BIGINT,
    PRIMARY KEY (agency_id, device_id)
);

CREATE TABLE challenge (
    agency_id TEXT NOT NULL,
    challenge TEXT NOT NULL,
    device_id TEXT NOT NULL,
    expires_us BIGINT NOT NULL,
    PRIMARY KEY (agency_id, challenge)
);
CREATE INDEX challenge_by_expiry ON challenge (agency_id, expires_us);

CREATE TABLE session (
    agency_id TEXT NOT NULL,
    token_sha256 TEXT NOT NULL,
    device_id TEXT NOT NULL,
    expires_us BIGINT NOT NULL,
    PRIMARY KEY (agency_id, token_sha256)
);
CREATE INDEX session_by_expiry ON session (agency_id, expires_us);

-- A file whose bytes are whole, synced and in their final place.
CREATE TABLE original (
    agency_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    stored_us BIGINT NOT NULL,
    -- When the bytes were last read back from final storage and had this digest; 0: not yet.
    read_back_us BIGINT NOT NULL,
    PRIMARY KEY (agency_id, device_id, sha256)
);

-- A file that is still coming.
CREATE TABLE upload (
    agency_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    length_bytes BIGINT NOT NULL,
    begun_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    PRIMARY KEY (agency_id, device_id, sha256)
);
CREATE INDEX upload_by_expiry ON upload (agency_id, expires_us);

CREATE TABLE record (
    agency_id TEXT NOT NULL,
    record_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    epoch TEXT NOT NULL,
    number BIGINT NOT NULL,
    opened_sha256 TEXT NOT NULL,
    prev_opened_sha256 TEXT NOT NULL,
    -- suite.keyid.public of the key that signs until `sealed`, and its key id, by which a live head finds its record.
    record_key TEXT NOT NULL,
    record_key_id TEXT NOT NULL,
    -- Of the phone's clock.
    opened_us BIGINT NOT NULL,
    first_seen_us BIGINT NOT NULL,
    -- Lines held and proved, from 0.
    next_seq BIGINT NOT NULL,
    head_sha256 TEXT NOT NULL,
    journal_bytes BIGINT NOT NULL,
    -- Seq of `sealed`, once it is held.
    sealed_seq BIGINT,
    sealed_received_us BIGINT,
    -- Announced files that are not held yet: 0 and sealed make a record complete.
    files_missing BIGINT NOT NULL,
    private_missing BIGINT NOT NULL,
    receipts BIGINT NOT NULL,
    -- The exclusive deadline as counted now; 0 while there is none.
    deadline_us BIGINT NOT NULL,
    provisional BIGINT NOT NULL,
    owed_count BIGINT NOT NULL,
    PRIMARY KEY (agency_id, record_id)
);
CREATE INDEX record_by_place ON record (agency_id, device_id, epoch, number);
CREATE INDEX record_by_key ON record (agency_id, device_id, record_key_id);
CREATE INDEX record_by_deadline ON record (agency_id, deadline_us, record_id);

CREATE TABLE line (
    agency_id TEXT NOT NULL,
    record_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    line BYTEA NOT NULL,
    received_us BIGINT NOT NULL,
    PRIMARY KEY (agency_id, record_id, seq)
);

-- Signed lines ahead of their turn (live heads) and second lines at one seq (forks).
CREATE TABLE seen_line (
    agency_id TEXT NOT NULL,
    record_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    -- 'head' or 'fork'.
    kind TEXT NOT NULL,
    line BYTEA NOT NULL,
    seen_us BIGINT NOT NULL,
    PRIMARY KEY (agency_id, record_id, seq, sha256)
);

CREATE TABLE private_value (
    agency_id TEXT NOT NULL,
    record_id TEXT NOT NULL,
    ref TEXT NOT NULL,
    -- The salted digest, as entries carry it.
    sha256 TEXT NOT NULL,
    line BYTEA NOT NULL,
    received_us BIGINT NOT NULL,
    PRIMARY KEY (agency_id, record_id, ref)
);

-- A file that a held line names.
CREATE TABLE announced (
    agency_id TEXT NOT NULL,
    record_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    device_id TEXT NOT NULL,
    -- init, segment, photo, document, service
    kind TEXT NOT NULL,
    take BIGINT NOT NULL,
    number BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    -- 1 once an original of the device has this digest.
    held BIGINT NOT NULL,
    PRIMARY KEY (agency_id, record_id, seq)
);
CREATE INDEX announced_by_digest ON announced (agency_id, device_id, sha256, held);
CREATE INDEX announced_by_held ON announced (agency_id, record_id, held, seq);

-- A private value that a held line names, by its salted digest. A ref may be named again, and wrongly with another.
CREATE TABLE private_named (
    agency_id TEXT NOT NULL,
    record_id TEXT NOT NULL,
    ref TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (agency_id, record_id, ref, sha256)
);

-- What an endpoint lists; what heals is removed.
CREATE TABLE state (
    agency_id TEXT NOT NULL,
    code TEXT NOT NULL,
    -- A record, a device, or a file's digest.
    subject TEXT NOT NULL,
    place TEXT NOT NULL,
    record_id TEXT,
    device_id TEXT,
    expected TEXT NOT NULL,
    found TEXT NOT NULL,
    seen_us BIGINT NOT NULL,
    PRIMARY KEY (agency_id, code, subject, place)
);
CREATE INDEX state_by_record ON state (agency_id, record_id);

CREATE TABLE receipt (
    agency_id TEXT NOT NULL,
    record_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    line BYTEA NOT NULL,
    head_seq BIGINT NOT NULL,
    stored_us BIGINT NOT NULL,
    issued_us BIGINT NOT NULL,
    PRIMARY KEY (agency_id, record_id, number)
);

-- Records to look at again: complete ones to read back and answer. Claimed by setting claimed_until_us.
CREATE TABLE job (
    agency_id TEXT NOT NULL,
    -- 'receipt'
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    due_us BIGINT NOT NULL,
    claimed_until_us BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    PRIMARY KEY (agency_id, kind, subject)
);
CREATE INDEX job_by_due ON job (agency_id, due_us);

-- The agency's log: root of size n = SHA-256(root of size n-1, 32 raw bytes; entry digest, 32 raw bytes); size 0 is zeros.
CREATE TABLE log_entry (
    agency_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    -- 'keyset', 'certificate', 'calendar', 'receipt'
    kind TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    root_sha256 TEXT NOT NULL,
    written_us BIGINT NOT NULL,
    PRIMARY KEY (agency_id, position)
);

CREATE TABLE log_head (
    agency_id TEXT NOT NULL,
    time_us BIGINT NOT NULL,
    size BIGINT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (agency_id, time_us)
);

CREATE TABLE calendar (
    agency_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    calendar_id TEXT NOT NULL,
    document BYTEA NOT NULL,
    imported_us BIGINT NOT NULL,
    PRIMARY KEY (agency_id, sha256)
);

-- Deadlines as they were reckoned, old and new kept.
CREATE TABLE reckoning (
    agency_id TEXT NOT NULL,
    record_id TEXT NOT NULL,
    reckoned_us BIGINT NOT NULL,
    deadline_us BIGINT NOT NULL,
    provisional BIGINT NOT NULL,
    calendars TEXT NOT NULL,
    PRIMARY KEY (agency_id, record_id, reckoned_us)
);
