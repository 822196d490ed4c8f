-- As the device said of itself when it enrolled last; '' and NULL: it enrolled before this was kept, or said no model.
ALTER TABLE device ADD COLUMN software TEXT NOT NULL DEFAULT '';
ALTER TABLE device ADD COLUMN model TEXT;
