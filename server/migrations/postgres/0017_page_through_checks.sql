-- Checks are kept for as long as the agency stands (docs/adr/0041): a page of them is found by the row before it.
DROP INDEX device_check_by_time;
CREATE INDEX device_check_by_place ON device_check (agency_id, device_id, checked_us, sha256);
