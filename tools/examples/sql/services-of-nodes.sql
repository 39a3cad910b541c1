-- services-of-nodes.sql: what each node of IM and Presence listens on, and whether those that ask get through
--
-- blocked and open count paths, that is, hosts that ask; their sum may be less, as some flows need no answer. Nodes are those
-- that were configured (impsvc collect --nodes) or learned from the packets.
--
-- SPDX-License-Identifier: GPL-2.0-or-later
SELECT listener AS node, entry, service, carrier, listener_port AS port, COUNT(*) AS hosts,
       SUM(CASE WHEN result = 'open' THEN 1 ELSE 0 END) AS open, SUM(is_blocked) AS blocked, SUM(flows) AS flows,
       MAX(last_seen) / 1000000000 AS last_seen
  FROM paths
 WHERE setup = (SELECT id FROM setups ORDER BY used DESC LIMIT 1) AND listener_is_node = 1
 GROUP BY listener, entry, service, carrier, listener_port
 ORDER BY 1, 2, 5;
