-- forget-old.sql: take out captures that ended before a day, and their flows, from a database that has grown too large
--
-- Put the day's first second in place of 0 in all lines: date -ud 2026-08-01 +%s. Run it while nothing collects, and have the files gone
-- first: those that are still there are read again. Flows that go on in a later capture stay as they are. Afterwards VACUUM gives the
-- room back; copy the database before, as this cannot be undone.
--
-- SPDX-License-Identifier: GPL-2.0-or-later
BEGIN;
DELETE FROM flows WHERE last_seen < CAST(0 AS BIGINT) * 1000000000 AND NOT EXISTS (
    SELECT 1 FROM captures
    WHERE captures.setup = flows.setup AND captures.first_seen <= flows.last_seen
      AND captures.last_seen >= CAST(0 AS BIGINT) * 1000000000);
DELETE FROM sightings WHERE capture IN (SELECT id FROM captures WHERE last_seen < CAST(0 AS BIGINT) * 1000000000);
DELETE FROM interfaces WHERE capture IN (SELECT id FROM captures WHERE last_seen < CAST(0 AS BIGINT) * 1000000000);
DELETE FROM captures WHERE last_seen < CAST(0 AS BIGINT) * 1000000000;
COMMIT;
