-- blocked-by-hour.sql: for a chart in Grafana: how many flows of each service began in each hour, and how many of them were blocked
--
-- time is the hour's beginning in seconds since 1970, as Grafana takes it. In a panel add "AND $__unixEpochNanoFilter(first_seen)" to the
-- conditions, so that only the range that is shown is counted; and take either blocked or flows as the value, service as the metric.
-- The view hours has the same for each path, with the hour as text.
--
-- SPDX-License-Identifier: GPL-2.0-or-later
SELECT first_seen / 3600000000000 * 3600 AS time, service, SUM(is_blocked) AS blocked, COUNT(*) AS flows
  FROM flows
 WHERE setup = (SELECT id FROM setups ORDER BY used DESC LIMIT 1)
 GROUP BY first_seen / 3600000000000 * 3600, service
 ORDER BY 1, 2;
