/* flow_differences.h
 * In which member two records of flows differ, for whoever has to say why a test fails
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FLOW_DIFFERENCES_H
#define IMPSVC_FLOW_DIFFERENCES_H

#include "joins/flow_text.h"

/** Members one by one: what is between them is nobody's business. */
#define SAME(what) do { if (!(one->what == other->what)) return #what; } while (0)

static inline const char *sequences_differ(const impsvc_flow_sequence *one, const impsvc_flow_sequence *other)
{
    SAME(data_first); SAME(data_last); SAME(ack_first); SAME(data_end); SAME(data_frame); SAME(ack_most); SAME(ack_least);
    SAME(large_end); SAME(small_end); SAME(large_size); SAME(small_size); SAME(eighths); SAME(has); SAME(has_time); SAME(data_on);
    return NULL;
}

static inline const char *ends_differ(const impsvc_flow_end *one, const impsvc_flow_end *other)
{
    SAME(sent); SAME(ttl_least); SAME(ttl_most); SAME(interfaces); SAME(frame); SAME(closed); SAME(marks); SAME(many_marks);
    SAME(reset.is); SAME(reset.ack); SAME(reset.frame); SAME(reset.ttl); SAME(reset.interface);
    return sequences_differ(&one->data, &other->data);
}

static inline const char *numbers_differ(const impsvc_flow_numbers *one, const impsvc_flow_numbers *other)
{
    SAME(count); SAME(more);
    for (unsigned i = 0; i < one->count; i++) {
        SAME(value[i]); SAME(frame[i]);
    }
    return NULL;
}

/** The first member in which two records differ, sums left out, or NULL. */
static inline const char *records_differ(const impsvc_flow_record *one, const impsvc_flow_record *other)
{
    const char *differ = NULL;

    SAME(initiator); SAME(ping); SAME(entry); SAME(confidence);
    SAME(activity.first); SAME(activity.last); SAME(activity.stripes); SAME(activity.width);
    SAME(icmp.is_there); SAME(icmp.frame); SAME(icmp.quoted); SAME(icmp.head.type); SAME(icmp.head.code);
    for (unsigned i = 0; i < 2 && differ == NULL; i++)
        differ = ends_differ(&one->ends[i], &other->ends[i]);
    if (differ == NULL)
        differ = numbers_differ(&one->syns, &other->syns);
    return differ != NULL ? differ : numbers_differ(&one->syn_acks, &other->syn_acks);
}

static inline const char *sums_differ(const impsvc_flow_record *one, const impsvc_flow_record *other)
{
    for (unsigned i = 0; i < 2; i++) {
        SAME(ends[i].packets); SAME(ends[i].bytes); SAME(ends[i].retransmissions);
    }
    return NULL;
}

/** What two records of one flow need not have in common: keys, and what was learned of it. */
static inline const char *keys_differ(const impsvc_flow_record *one, const impsvc_flow_record *other)
{
    SAME(transport); SAME(has_stream); SAME(stream); SAME(number); SAME(carrier); SAME(flow); SAME(tcp); SAME(icmp.head.v6);
    for (unsigned i = 0; i < 2; i++) {
        SAME(ends[i].at.port); SAME(ends[i].role); SAME(ends[i].is_node);
        if (!impsvc_ip_equal(&one->ends[i].at.address, &other->ends[i].at.address))
            return "ends[i].at.address";
    }
    return impsvc_ip_equal(&one->icmp.sender, &other->icmp.sender) ? NULL : "icmp.sender";
}

static inline const char *surroundings_differ(const impsvc_flow_surroundings *one, const impsvc_flow_surroundings *other)
{
    SAME(answers_elsewhere); SAME(end);
    for (unsigned i = 0; i < 4; i++)
        SAME(listener_ttls.bits[i]);
    return NULL;
}

static inline const char *verdicts_differ(const impsvc_flow_verdict *one, const impsvc_flow_verdict *other)
{
    SAME(result); SAME(by); SAME(frame); SAME(tries); SAME(more_tries); SAME(wrong_answer); SAME(ttl); SAME(usual_ttl); SAME(lost);
    SAME(tried); SAME(silence); SAME(after_silence); SAME(only_large); SAME(lost_size); SAME(passed_size); SAME(seen_on);
    return NULL;
}

#endif /* IMPSVC_FLOW_DIFFERENCES_H */
