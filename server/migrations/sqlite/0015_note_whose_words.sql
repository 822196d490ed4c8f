-- Whether a draft was signed in the words that were offered (1) or in others (0); NULL: not signed, or not noted yet.
ALTER TABLE statement_draft ADD COLUMN is_word_for_word INTEGER CHECK (is_word_for_word IN (0, 1));
-- Of what was signed before, it is noted by looking at those records once more; until then the pages read them.
INSERT INTO job (agency_id, kind, subject, due_us, claimed_until_us, attempts)
    SELECT DISTINCT agency_id, 'receipt', signed_record_id, 0, 0, 0 FROM statement_draft WHERE signed_record_id IS NOT NULL
    ON CONFLICT (agency_id, kind, subject) DO UPDATE SET due_us = 0, attempts = 0;
-- A session asks for what its phone may still sign; what was signed over the years is none of it.
DROP INDEX statement_draft_by_device;
CREATE INDEX statement_draft_to_sign ON statement_draft (agency_id, device_id) WHERE sha256 IS NOT NULL AND signed_record_id IS NULL;
