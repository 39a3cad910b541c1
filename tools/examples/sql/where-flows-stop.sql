-- where-flows-stop.sql: between which capture points flows are stopped or lost, and which services these are
--
-- A row is a pair of places: the points that still have the packets, and those where both hosts were seen at that time, but not these
-- packets. What is between the two, a firewall for instance, has not let them through. Flows that were captured on one side only
-- are not here: nothing says where they stop.
--
-- SPDX-License-Identifier: GPL-2.0-or-later
SELECT seen_on, not_seen_on, entry, service, COUNT(*) AS flows, COUNT(DISTINCT initiator) AS initiators,
       COUNT(DISTINCT listener) AS listeners, MIN(first_seen) / 1000000000 AS first_seen, MAX(last_seen) / 1000000000 AS last_seen
  FROM flows
 WHERE setup = (SELECT id FROM setups ORDER BY used DESC LIMIT 1) AND is_blocked = 1 AND not_seen_on <> ''
 GROUP BY seen_on, not_seen_on, entry, service
 ORDER BY 1, 2, 5 DESC, 3;
