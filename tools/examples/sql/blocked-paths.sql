-- blocked-paths.sql: paths that are blocked now, and since when
--
-- A path is an entry of the port list from one host to another. since is in seconds since 1970: when the first flow began of those that
-- were blocked without one that got through after it. has_changed is 1 if flows got through before that; 0: never, in any capture.
-- stopped_by is who said no; seen_on and not_seen_on are the capture points before and after what stops it, if both sides were captured.
--
-- SPDX-License-Identifier: GPL-2.0-or-later
SELECT entry, service, carrier, initiator, listener, listener_port, result, stopped_by, seen_on, not_seen_on,
       since / 1000000000 AS since, has_changed, flows, blocked_flows
  FROM paths
 WHERE setup = (SELECT id FROM setups ORDER BY used DESC LIMIT 1) AND is_blocked = 1
 ORDER BY since DESC, entry, initiator, listener, listener_port;
