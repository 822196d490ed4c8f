-- Records of which nothing goes any more, whatever becomes of their rows: what a line of theirs says forbids it (state secrets, 第十八条).
CREATE TABLE barred (
    record_id BLOB NOT NULL PRIMARY KEY CHECK (length(record_id) = 16),
    -- The uploader's code for why, as its rows have it.
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 40)
) STRICT, WITHOUT ROWID;

-- A row of such a record is held however it came to be: new, grown, woken by its time, or tried again by somebody.
CREATE TRIGGER upload_of_barred AFTER INSERT ON upload
    WHEN NEW.state IN ('ready', 'later') AND EXISTS (SELECT 1 FROM barred WHERE barred.record_id = NEW.record_id) BEGIN
    UPDATE upload SET state = 'held', reason = (SELECT reason FROM barred WHERE barred.record_id = NEW.record_id)
        WHERE record_id = NEW.record_id AND kind = NEW.kind AND take = NEW.take AND number = NEW.number;
END;
CREATE TRIGGER upload_of_barred_again AFTER UPDATE OF state ON upload
    WHEN NEW.state IN ('ready', 'later') AND EXISTS (SELECT 1 FROM barred WHERE barred.record_id = NEW.record_id) BEGIN
    UPDATE upload SET state = 'held', reason = (SELECT reason FROM barred WHERE barred.record_id = NEW.record_id)
        WHERE record_id = NEW.record_id AND kind = NEW.kind AND take = NEW.take AND number = NEW.number;
END;
CREATE TRIGGER barred_now AFTER INSERT ON barred BEGIN
    UPDATE upload SET state = 'held', reason = NEW.reason WHERE record_id = NEW.record_id AND state <> 'done';
END;
