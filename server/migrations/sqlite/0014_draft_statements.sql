-- Drafts of written statements (情况说明草稿): made at the agency, offered to one phone, signed there or withdrawn.
CREATE TABLE statement_draft (
    agency_id TEXT NOT NULL,
    draft_id TEXT NOT NULL,
    -- The phone that it is for.
    device_id TEXT NOT NULL,
    -- NULL: nothing was recorded.
    record_id TEXT,
    -- Seq of the interruption that it explains; NULL: the record as a whole.
    interruption INTEGER,
    -- As it stands at the agency; what was offered stands in the documents.
    text TEXT NOT NULL,
    standing TEXT NOT NULL CHECK (standing IN ('drafted', 'offered', 'withdrawn')),
    -- Of the newest document about it; NULL: none was offered.
    sha256 TEXT,
    -- Where the author signed it: read out of the record's lines.
    signed_record_id TEXT,
    signed_seq INTEGER,
    signed_sha256 TEXT,
    made_by TEXT NOT NULL,
    made_us INTEGER NOT NULL,
    changed_us INTEGER NOT NULL,
    PRIMARY KEY (agency_id, draft_id)
) STRICT;
CREATE INDEX statement_draft_by_device ON statement_draft (agency_id, device_id);
CREATE INDEX statement_draft_by_record ON statement_draft (agency_id, record_id);
-- Every document that a draft became: only its device is given it.
CREATE TABLE statement_draft_edition (
    agency_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    draft_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    PRIMARY KEY (agency_id, sha256)
) STRICT;
-- Which statement was countersigned (会签), and by which document of the agency.
CREATE TABLE countersignature (
    agency_id TEXT NOT NULL,
    record_id TEXT NOT NULL,
    -- Of the statement's line.
    seq INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (agency_id, record_id, seq)
) STRICT;
