-- dscp-by-service.sql: with which DSCP values the flows of each service are marked, and how many flows have them
--
-- dscp_to is of packets to the listener, dscp_back of those to the initiator: names, with a comma between them where one flow has
-- several, and nothing where no such packet was seen. CS0 is the default. A service with more than one row is not
-- marked the same everywhere.
--
-- SPDX-License-Identifier: GPL-2.0-or-later
SELECT entry, service, dscp_to, dscp_back, COUNT(*) AS flows, SUM(packets_to + packets_back) AS packets,
       COUNT(DISTINCT initiator) AS initiators, COUNT(DISTINCT listener) AS listeners
  FROM flows
 WHERE setup = (SELECT id FROM setups ORDER BY used DESC LIMIT 1)
 GROUP BY entry, service, dscp_to, dscp_back
 ORDER BY 1, 5 DESC, 3, 4;
