-- What devices measured of themselves (第十三条, 第二十一条), written when it arrives: of records it can be made again from their lines.
CREATE TABLE device_check (
    agency_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    -- Of the signed line that says it.
    sha256 TEXT NOT NULL,
    -- The record in whose journal that line stands; empty: of no record, done before duty (班前检查).
    record_id TEXT NOT NULL,
    -- By the device's clock, µs since 1970.
    checked_us BIGINT NOT NULL,
    received_us BIGINT NOT NULL,
    -- The JSON of a `preflight` body.
    body TEXT NOT NULL,
    -- The signed line of a check before duty; empty for a record's.
    line BYTEA NOT NULL,
    PRIMARY KEY (agency_id, device_id, sha256)
);
CREATE INDEX device_check_by_time ON device_check (agency_id, device_id, checked_us);
