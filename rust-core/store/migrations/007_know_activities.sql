-- The activity (执法活动) that a record names last: of several records each has its own deadline, and the earliest is shown. Random, no scene's name.
ALTER TABLE record ADD COLUMN activity BLOB CHECK (activity IS NULL OR length(activity) = 16);
-- What is shown beside a deadline and decides nothing: which of the agency's special rules set it, by its place from 0 (its title would say what
-- the record is about), and the agency's own days (本单位的规定) for storing it and for filing its texts, each the first instant after.
ALTER TABLE record ADD COLUMN special_rule INTEGER CHECK (special_rule >= 0);
ALTER TABLE record ADD COLUMN own_storage_us INTEGER;
ALTER TABLE record ADD COLUMN own_filing_us INTEGER;

CREATE INDEX record_of_activity ON record (activity, deadline_us) WHERE activity IS NOT NULL AND state <> 'stored';

-- Who counted before knew none of these: a rule that nobody issued has every deadline counted once more.
INSERT INTO reckoned (one, notices) VALUES (1, 'special_rules/0' || char(10))
    ON CONFLICT (one) DO UPDATE SET notices = notices || 'special_rules/0' || char(10);
