-- The agency's list of who holds an enforcement certificate (执法证), replaced as a whole by each import.
CREATE TABLE officer (
    agency_id TEXT NOT NULL,
    -- The number as it is compared: without spaces, in half-width capitals.
    certificate TEXT NOT NULL,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    -- Days since 1970, +08:00; on the last one it is still valid.
    valid_from_day INTEGER NOT NULL,
    valid_to_day INTEGER NOT NULL,
    PRIMARY KEY (agency_id, certificate)
) STRICT;
