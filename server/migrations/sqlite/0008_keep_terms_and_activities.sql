-- What a notice moves and an activity shows, kept when a record is looked at; both can be made again from its lines.

-- The term of a record as it was last reckoned, so that another notice is counted for all records of one day at once.
CREATE TABLE running_term (
    agency_id TEXT NOT NULL,
    record_id TEXT NOT NULL,
    -- The days since 1970, +08:00, from which it runs at the earliest and at the latest.
    from_day INTEGER NOT NULL,
    to_day INTEGER NOT NULL,
    -- 1: an away ground is declared and no return entered.
    is_waiting INTEGER NOT NULL,
    -- 1: a special rule set the term; such a record is looked at by itself.
    is_by_rule INTEGER NOT NULL,
    PRIMARY KEY (agency_id, record_id)
) STRICT;
CREATE INDEX running_term_by_days ON running_term (agency_id, from_day, to_day, is_waiting);

-- The activity (执法活动) that a record's lines name last.
CREATE TABLE record_activity (
    agency_id TEXT NOT NULL,
    record_id TEXT NOT NULL,
    activity_id TEXT NOT NULL,
    PRIMARY KEY (agency_id, record_id)
) STRICT;
CREATE INDEX record_activity_by_activity ON record_activity (agency_id, activity_id);
