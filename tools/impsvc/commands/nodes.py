# impsvc nodes: the nodes of a capture, as rows of the user's table of nodes.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import sys

import command_line
import settings
from say import OF_PREFERENCE
from tshark import Tshark

ORDER = 3
ROLES = ("IM and Presence publisher", "IM and Presence subscriber", "SIP Gateway", "Third-party client", "Browser",
         "External corporate directory", "SNMP server", "SNMP trap monitor", "Gateway", "DNS server", "Endpoint",
         "Cisco Unified Communications Manager", "NTP server", "Microsoft Exchange", "RTMT", "XMPP client", "Third-party BOSH client",
         "PostgreSQL database", "Oracle database", "Microsoft SQL Server database",
         "External file server")       # those that the plugin takes


def describe(say):
    return [
        say("the nodes in a capture, as rows of Wireshark's table of nodes", "キャプチャの中のノードを Wireshark のノード表の形式で出力"),
        say("Prints the hosts that are known as nodes, each after a comment that says how it is known. The rows have the format of the file "
            "impsvc_nodes in your Wireshark's profile: add them to it, give each node its own role and name, and from then on it is "
            "configured, not guessed. Or give them to check, rules and report with --nodes FILE. Servers that nodes use, and hosts that only look like a node, are commented out: remove the \"# \" before "
            "those that are.",
            "ノードとわかったホストを、根拠を述べるコメントに続けて出力します。行は Wireshark のプロファイルのファイル impsvc_nodes の形式です。"
            "追加して役割と名前を直せば、以後は推測ではなく設定済みのノードになります。check、rules、report に --nodes FILE で渡すこともできます。ノードらしいだけのホストはコメントになっています。"
            "ノードであれば先頭の「# 」を外してください。"),
        say(f"Roles: {', '.join(ROLES)}.", f"役割: {'、'.join(ROLES)}。")]


def add_arguments(parser, say):
    command_line.add_capture(parser, say)
    command_line.add_language(parser, say)
    command_line.add_release(parser, say)
    command_line.add_wireshark(parser, say)


def run(options, place, say):
    rows = 0
    with Tshark(options, place, say) as tshark:
        capture = tshark.open(options.capture)
        for line in tshark.read(capture, "-o", f"impsvc.language:{OF_PREFERENCE[say.language]}", "-q", "-z", "impsvc,nodes"):
            if line.startswith(("#", '"')):
                rows += line.startswith('"')
                print(line, end="")
        if tshark.incomplete:
            print(f"impsvc: {tshark.incomplete}", file=sys.stderr)
    sys.stdout.flush()
    file = settings.folder_of(place, options.profile, say) / "impsvc_nodes"
    if rows:
        print(say(f"impsvc: add these rows to {file}, which Wireshark reads when it starts, "
                  "or give them to check, rules and report with --nodes FILE",
                  f"impsvc: これらの行を {file} に追加するか (Wireshark が起動時に読み込みます)、"
                  "check、rules、report に --nodes FILE で渡してください"), file=sys.stderr)
    else:
        print(say(f"impsvc: no node was learned from {capture.name}; rows for those that you know go into {file}",
                  f"impsvc: {capture.name} からノードは学習できませんでした。ご存じのノードの行は {file} に書いてください"), file=sys.stderr)
    return 2 if tshark.damaged else 0
