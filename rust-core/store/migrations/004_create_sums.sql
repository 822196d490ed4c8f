-- How the storage term of 第十七条 stands: counted, counted with a day whose notice is still to come, or waiting for the return.
ALTER TABLE record ADD COLUMN term TEXT NOT NULL DEFAULT 'none'
    CHECK (term IN ('none', 'running', 'provisional', 'waiting_for_return'));

-- What lists and reminders show, kept as rows change: no screen sums ten thousand records or their queue.
-- How far a record has come: lines, private values, photos and media; the opened line is the first of the lines.
CREATE TABLE progress (
    record_id BLOB NOT NULL PRIMARY KEY CHECK (length(record_id) = 16),
    size_bytes INTEGER NOT NULL,
    stored_bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Records by state, and how many of them owe something.
CREATE TABLE tally (
    state TEXT NOT NULL PRIMARY KEY,
    records INTEGER NOT NULL,
    owing INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO progress (record_id, size_bytes, stored_bytes)
    SELECT record_id, sum(size_bytes), sum(stored_bytes) FROM upload WHERE kind BETWEEN 2 AND 6 GROUP BY record_id;
INSERT INTO tally (state, records, owing) SELECT state, count(*), sum(owed_count > 0) FROM record GROUP BY state;

CREATE TRIGGER progress_of_new AFTER INSERT ON upload WHEN NEW.kind BETWEEN 2 AND 6 BEGIN
    INSERT INTO progress (record_id, size_bytes, stored_bytes) VALUES (NEW.record_id, NEW.size_bytes, NEW.stored_bytes)
        ON CONFLICT (record_id) DO UPDATE SET
            size_bytes = size_bytes + NEW.size_bytes, stored_bytes = stored_bytes + NEW.stored_bytes;
END;
CREATE TRIGGER progress_of_changed AFTER UPDATE OF size_bytes, stored_bytes ON upload WHEN NEW.kind BETWEEN 2 AND 6 BEGIN
    UPDATE progress SET size_bytes = size_bytes + NEW.size_bytes - OLD.size_bytes,
        stored_bytes = stored_bytes + NEW.stored_bytes - OLD.stored_bytes WHERE record_id = NEW.record_id;
END;
CREATE TRIGGER progress_of_gone AFTER DELETE ON upload WHEN OLD.kind BETWEEN 2 AND 6 BEGIN
    UPDATE progress SET size_bytes = size_bytes - OLD.size_bytes, stored_bytes = stored_bytes - OLD.stored_bytes
        WHERE record_id = OLD.record_id;
END;

CREATE TRIGGER tally_of_new AFTER INSERT ON record BEGIN
    INSERT INTO tally (state, records, owing) VALUES (NEW.state, 1, NEW.owed_count > 0)
        ON CONFLICT (state) DO UPDATE SET records = records + 1, owing = owing + (NEW.owed_count > 0);
END;
CREATE TRIGGER tally_of_changed AFTER UPDATE OF state, owed_count ON record BEGIN
    UPDATE tally SET records = records - 1, owing = owing - (OLD.owed_count > 0) WHERE state = OLD.state;
    INSERT INTO tally (state, records, owing) VALUES (NEW.state, 1, NEW.owed_count > 0)
        ON CONFLICT (state) DO UPDATE SET records = records + 1, owing = owing + (NEW.owed_count > 0);
END;
CREATE TRIGGER tally_of_gone AFTER DELETE ON record BEGIN
    UPDATE tally SET records = records - 1, owing = owing - (OLD.owed_count > 0) WHERE state = OLD.state;
END;

-- The first rows of each are the list: nothing is passed over, however many records there are.
CREATE INDEX record_by_urgency ON record (coalesce(deadline_us, 9223372036854775807), record_id) WHERE state <> 'stored';
CREATE INDEX record_unended ON record (opened_at_us, record_id) WHERE state IN ('recording', 'interrupted', 'unreadable');
CREATE INDEX record_stored ON record (opened_at_us, record_id) WHERE state = 'stored';
-- What of one record is to go next.
CREATE INDEX upload_waiting ON upload (record_id, class, due_us, kind, take, number) WHERE state <> 'done';
DROP INDEX upload_held;
CREATE INDEX upload_held ON upload (record_id, class, due_us, kind, take, number) WHERE state = 'held';
