-- captures-not-read.sql: captures that could not be read, or only in part, and why
--
-- "failed" are files that were tried, or could not even be opened; "in part" are captures that are cut short or damaged after what was
-- read. impsvc collect tries what has failed again if --again says so.
--
-- SPDX-License-Identifier: GPL-2.0-or-later
SELECT CASE WHEN state = 'failed' THEN 'failed' ELSE 'in part' END AS state, name, reason
  FROM captures
 WHERE setup = (SELECT id FROM setups ORDER BY used DESC LIMIT 1) AND reason IS NOT NULL
UNION ALL
SELECT 'failed', name, reason FROM missed
 ORDER BY 1, 2;
