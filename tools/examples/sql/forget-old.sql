-- forget-old.sql: take out what is older than 90 days (counted from the newest capture), in a database that has grown too large
--
-- Run it while nothing collects, and have the files gone first: those that are still there are read again. Flows of which only a part is
-- that old stay as they are. Afterwards VACUUM gives the room back; copy the database before, as this cannot be undone.
--
-- SPDX-License-Identifier: GPL-2.0-or-later
BEGIN;
DELETE FROM flows WHERE last_seen < (SELECT MAX(last_seen) FROM captures) - 90 * 86400000000000;
DELETE FROM sightings WHERE capture IN (
    SELECT id FROM captures WHERE last_seen < (SELECT MAX(last_seen) FROM captures) - 90 * 86400000000000);
DELETE FROM interfaces WHERE capture IN (
    SELECT id FROM captures WHERE last_seen < (SELECT MAX(last_seen) FROM captures) - 90 * 86400000000000);
DELETE FROM captures WHERE last_seen < (SELECT MAX(last_seen) FROM captures) - 90 * 86400000000000;
COMMIT;
