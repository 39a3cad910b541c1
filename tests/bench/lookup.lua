-- What a user would write instead of the plugin: a post-dissector that looks the packet's ports up in the same list.
--
-- It knows ports alone: no handshake, no protocols seen, no nodes, no ICMP. The list is a Lua file that
-- variants.py writes from the catalog: tshark -X lua_script:lookup.lua -X lua_script1:LIST.
--
-- SPDX-License-Identifier: GPL-2.0-or-later

local ports = dofile((...))
local lookup = Proto("lookup", "Port list look-up")
local fields = {
    entry = ProtoField.string("lookup.entry", "Entry"),
    service = ProtoField.string("lookup.service", "Service"),
    source = ProtoField.string("lookup.role.src", "Source's role"),
    destination = ProtoField.string("lookup.role.dst", "Destination's role"),
    direction = ProtoField.string("lookup.direction", "Direction"),
    port = ProtoField.uint16("lookup.port", "Listener port"),
}
lookup.fields = fields

local carriers = { [2] = ports.TCP, [3] = ports.UDP }   -- as Wireshark numbers them in pinfo.port_type

function lookup.dissector(buffer, pinfo, tree)
    local list = carriers[pinfo.port_type]
    if not list then return end
    local port, request = pinfo.dst_port, true
    local entry = list[port]
    if not entry then
        port, request = pinfo.src_port, false
        entry = list[port]
        if not entry then return end
    end
    local branch = tree:add(lookup)
    branch:add(fields.entry, entry.entry)
    branch:add(fields.service, entry.service)
    branch:add(fields.source, request and entry.from or entry.to)
    branch:add(fields.destination, request and entry.to or entry.from)
    branch:add(fields.direction, request and "request" or "reply")
    branch:add(fields.port, port)
end

register_postdissector(lookup)
