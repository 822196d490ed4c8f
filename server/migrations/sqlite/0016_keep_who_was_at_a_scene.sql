-- What a record says for the scene of its activity (执法活动), so that a look at one record does not read the lines of all. It can be made again
-- from the record, and is, whenever more of that has come; a program that would make it otherwise empties the table in a migration.
CREATE TABLE at_scene (
    agency_id TEXT NOT NULL,
    record_id TEXT NOT NULL,
    -- Of the record when this was read out of it: lines held, and private values still to come.
    next_seq INTEGER NOT NULL,
    private_missing INTEGER NOT NULL,
    -- As it was named last; NULL: none.
    matter TEXT,
    has_ended INTEGER NOT NULL CHECK (has_ended IN (0, 1)),
    -- JSON: the line that names the officers last, each by number and certificate; NULL: it names nobody yet.
    officers TEXT,
    PRIMARY KEY (agency_id, record_id)
) STRICT;
