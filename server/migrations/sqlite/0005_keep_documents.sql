-- Signed documents of the agency: calendars, catalogs and later kinds, every edition of them. `calendar` of schema 1 takes no more rows.
CREATE TABLE document (
    agency_id TEXT NOT NULL,
    -- Of the header line.
    sha256 TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- The edition (版次) of its kind.
    number INTEGER NOT NULL CHECK (number >= 1),
    -- The signed line, its LF included.
    header BLOB NOT NULL,
    body BLOB NOT NULL,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (agency_id, sha256)
) STRICT;
CREATE UNIQUE INDEX document_by_number ON document (agency_id, kind, number);
