-- flows-by-community-id.sql: each flow by its Community ID, to be joined with Zeek's conn.log, Suricata's eve.json or Arkime's sessions
--
-- The Community ID (version 1, seed 0) is made of the addresses, the ports and the transport. Ports are used again, so compare the times,
-- too: those here are in seconds since 1970, as Zeek's ts is. With both as tables:
--
--     SELECT ... FROM ours JOIN conn ON conn.community_id = ours.community_id AND conn.ts BETWEEN ours.first_seen - 2 AND ours.last_seen + 2
--
-- Zeek writes community_id into conn.log with "@load policy/protocols/conn/community-id-logging".
--
-- SPDX-License-Identifier: GPL-2.0-or-later
SELECT community_id, first_seen / 1000000000 AS first_seen, last_seen / 1000000000 AS last_seen, entry, service, initiator, initiator_port,
       listener, listener_port, result, is_blocked, points_to, points_back
  FROM flows
 WHERE setup = (SELECT id FROM setups ORDER BY used DESC LIMIT 1)
 ORDER BY first_seen, community_id;
