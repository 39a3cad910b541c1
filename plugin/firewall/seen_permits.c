/* seen_permits.c
 * What a firewall lets through, or should and does not, by what a capture shows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "firewall/seen_permits.h"

#include "core/roles.h"
#include "flows/flow_paths.h"
#include "flows/verdict.h"
#include "identify/node_table.h"
#include "rules/permit_text.h"

/* A sentence names no more hosts than this. */
#define MOST_NAMES 20

static bool in_cluster(uint8_t role)
{
    return impsvc_roles[role].in_cluster;
}

/* Whether the list has a service from a host on one side of the cluster's border to one on the other. */
static bool crosses(const impsvc_entry *entry, bool out)
{
    bool as_listed = in_cluster(entry->from) == out && in_cluster(entry->to) != out;
    bool turned = entry->bidirectional && in_cluster(entry->to) == out && in_cluster(entry->from) != out;

    return as_listed || turned;
}

/* Nodes are each other's clients, too. */
static impsvc_permit_doubt doubt_of_ends(const impsvc_flow_path *path)
{
    const impsvc_entry *entry = path->entry;
    bool from_node = impsvc_flow_initiator(path->record)->is_node;
    bool to_node = impsvc_flow_listener(path->record)->is_node || impsvc_ip_is_group(&path->listener);

    if (from_node && to_node)
        return IMPSVC_PERMIT_SURE;
    if (from_node == to_node || (in_cluster(entry->from) && in_cluster(entry->to)))
        return IMPSVC_PERMIT_STRANGER;
    return crosses(entry, from_node) ? IMPSVC_PERMIT_SURE : IMPSVC_PERMIT_REVERSED;
}

/* Where the document lists the entry once more for these ends, as the user named them, or NULL. */
static const impsvc_path *listed_once_more(const impsvc_flow_path *path)
{
    bool from_node = impsvc_flow_initiator(path->record)->is_node;
    bool to_node = impsvc_flow_listener(path->record)->is_node;
    uint8_t carriers = path->transport == IMPSVC_TCP ? IMPSVC_TCP | IMPSVC_TLS : path->transport;

    for (uint8_t i = 0; i < path->entry->path_count; i++) {
        const impsvc_path *one = &path->entry->paths[i];

        if ((one->transports & carriers) == 0)
            continue;
        if (impsvc_is_configured_as(&path->initiator, from_node, one->from) && impsvc_is_configured_as(&path->listener, to_node, one->to))
            return one;
        if (one->bidirectional && impsvc_is_configured_as(&path->initiator, from_node, one->to)
            && impsvc_is_configured_as(&path->listener, to_node, one->from))
            return one;
    }
    return NULL;
}

static impsvc_permit_doubt doubt_of(const impsvc_flow_path *path, const impsvc_path *once_more, bool missing)
{
    if (path->entry->reach == IMPSVC_REACH_LOCALHOST && once_more == NULL)
        return IMPSVC_PERMIT_LOCAL;
    if (missing && path->result == IMPSVC_RESULT_REFUSED)
        return IMPSVC_PERMIT_REFUSED;
    if (missing && path->result == IMPSVC_RESULT_LOST)
        return IMPSVC_PERMIT_LOST;
    return once_more != NULL ? IMPSVC_PERMIT_SURE : doubt_of_ends(path);
}

static bool is_wanted(const impsvc_flow_path *path, bool missing)
{
    if (missing)
        return impsvc_verdict_is_blocked(&path->verdict);
    return path->count[IMPSVC_RESULT_OPEN] > 0 || path->count[IMPSVC_RESULT_SENT] > 0 || path->count[IMPSVC_RESULT_ONE_WAY] > 0
           || path->count[IMPSVC_RESULT_LOST] > 0;
}

/* What worked is what is said, even if something did not at another time. */
static impsvc_flow_result result_of(const impsvc_flow_path *path, bool missing)
{
    if (missing)
        return path->result;
    return path->count[IMPSVC_RESULT_OPEN] > 0 ? IMPSVC_RESULT_OPEN
           : path->count[IMPSVC_RESULT_SENT] > 0 ? IMPSVC_RESULT_SENT
           : path->count[IMPSVC_RESULT_ONE_WAY] > 0 ? IMPSVC_RESULT_ONE_WAY : IMPSVC_RESULT_LOST;
}

/* Hosts that nobody named: how many there are, and the first of them as text. */
typedef struct {
    GHashTable *numbers;    /* as the permits have them */
    GString    *names;
} unnamed_hosts;

static void note_unnamed(unnamed_hosts *unnamed, const impsvc_prefix *host, uint32_t number)
{
    unsigned known = g_hash_table_size(unnamed->numbers);

    if (!g_hash_table_add(unnamed->numbers, GUINT_TO_POINTER(number)) || known >= MOST_NAMES)
        return;
    g_string_append(unnamed->names, known == 0 ? "" : ", ");
    impsvc_permit_prefix(unnamed->names, host);
}

/* As the row says that makes a host what the service wants it to be: a prefix that is named for clients opens nothing for servers. A host
 * without such a row is its address, and added to the unnamed. */
static uint32_t host_of(impsvc_permits *permits, const impsvc_flow_path *path, const impsvc_ip *ip, bool is_node, unnamed_hosts *unnamed)
{
    impsvc_prefix itself = { *ip, 128 };
    uint32_t number;

    for (size_t row = impsvc_configured_find(ip, !impsvc_ip_is_v4(ip)); row != IMPSVC_NOT_CONFIGURED; ) {
        impsvc_configured_host host = impsvc_configured_at(row);

        if (is_node ? host.is_node : !host.is_node && impsvc_is_an_end(path->entry, false, impsvc_configured_role_of(host.role)))
            return impsvc_permits_host(permits, &host.prefix, host.name);
        row = host.earlier;
    }
    number = impsvc_permits_host(permits, &itself, NULL);
    if (unnamed != NULL && !impsvc_ip_is_group(ip))
        note_unnamed(unnamed, &itself, number);
    return number;
}

/* Whether it is for a stranger, whom naming the nodes may make one of them. Hosts of doubtful rules need not be named. */
static bool want(impsvc_permits *permits, const impsvc_flow_path *path, bool missing, unnamed_hosts *unnamed)
{
    const impsvc_path *once_more = listed_once_more(path);
    impsvc_wanted wanted = { .entry = path->entry, .transport = path->transport, .frame = path->verdict.frame,
                             .sources = once_more != NULL ? once_more->sources : path->entry->sources,
                             .port = path->entry->port_count == 0 ? 0 : path->port,
                             .doubt = (uint8_t)doubt_of(path, once_more, missing), .because = (uint8_t)result_of(path, missing) };
    unnamed_hosts *to_be_named = wanted.doubt == IMPSVC_PERMIT_SURE ? unnamed : NULL;

    wanted.from = host_of(permits, path, &path->initiator, impsvc_flow_initiator(path->record)->is_node, to_be_named);
    wanted.to = host_of(permits, path, &path->listener, impsvc_flow_listener(path->record)->is_node, to_be_named);
    impsvc_permits_want(permits, &wanted);
    return wanted.doubt == IMPSVC_PERMIT_STRANGER;
}

static void say_what_there_is(impsvc_permits *permits, bool any_path, bool any_wanted, bool missing)
{
    if (!any_path)
        impsvc_permits_say(permits, "No packet fits the port list.");
    else if (!any_wanted)
        impsvc_permits_say(permits, missing ? "Nothing is missing: nothing that the port list has was blocked." : "Nothing got through.");
}

/* Whoever can send packets may be among them. */
static void say_who_is_not_named(impsvc_permits *permits, const unnamed_hosts *unnamed)
{
    unsigned count = g_hash_table_size(unnamed->numbers);
    GString *sentence;

    if (count == 0)
        return;
    sentence = g_string_new("You did not name these hosts, for which there are rules; look at each before you load them: ");
    g_string_append(sentence, unnamed->names->str);
    if (count > MOST_NAMES)
        g_string_append_printf(sentence, " and %u more", count - MOST_NAMES);
    g_string_append_c(sentence, '.');
    impsvc_permits_say(permits, sentence->str);
    g_string_free(sentence, TRUE);
}

void impsvc_add_seen_permits(impsvc_permits *permits, const impsvc_flow_capture *capture, bool missing)
{
    impsvc_flow_paths *paths = impsvc_flow_paths_of(capture);
    unnamed_hosts unnamed = { g_hash_table_new(NULL, NULL), g_string_new(NULL) };
    unsigned wanted = 0, strangers = 0;

    for (uint32_t i = 0; i < impsvc_flow_paths_size(paths); i++)
        if (is_wanted(impsvc_flow_paths_at(paths, i), missing)) {
            strangers += want(permits, impsvc_flow_paths_at(paths, i), missing, &unnamed);
            wanted++;
        }
    say_what_there_is(permits, impsvc_flow_paths_size(paths) > 0, wanted > 0, missing);
    if (strangers > 0)
        impsvc_permits_say(permits, "Where a host is not known as a node, only its ports speak for IM and Presence: name the nodes, and rules between "
                                    "them are written.");
    say_who_is_not_named(permits, &unnamed);
    g_hash_table_destroy(unnamed.numbers);
    g_string_free(unnamed.names, TRUE);
    impsvc_flow_paths_free(paths);
}
