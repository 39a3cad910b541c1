/* result.h
 * What a verdict on a flow says, and what it has to know of the rest of the capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_RESULT_H
#define IMPSVC_RESULT_H

#include "flows/flow.h"

/** impsvc.result */
typedef enum {
    IMPSVC_RESULT_UNDECIDED = 0,    /**< the capture shows too little */
    IMPSVC_RESULT_OPEN      = 1,    /**< the listener answered */
    IMPSVC_RESULT_REFUSED   = 2,    /**< the listener itself says no */
    IMPSVC_RESULT_REJECTED  = 3,    /**< somebody on the way says no */
    IMPSVC_RESULT_NO_ANSWER = 4,    /**< nothing came back: dropped, or the host is down */
    IMPSVC_RESULT_LOST      = 5,    /**< it was open, then data stayed unacknowledged to the end */
    IMPSVC_RESULT_ONE_WAY   = 6,    /**< the other side's packets exist, as they are acknowledged, but are not in the capture */
    IMPSVC_RESULT_SENT      = 7,    /**< no answer is due */
    IMPSVC_RESULT_NOT_SEEN  = 8     /**< in the plan only: no record has it */
} impsvc_flow_result;

/** What results are called in filters and by other programs: row(number, word) for each that has a word. */
#define IMPSVC_RESULT_WORDS(row)              \
    row(IMPSVC_RESULT_OPEN,      "open")      \
    row(IMPSVC_RESULT_REFUSED,   "refused")   \
    row(IMPSVC_RESULT_REJECTED,  "rejected")  \
    row(IMPSVC_RESULT_NO_ANSWER, "no answer") \
    row(IMPSVC_RESULT_LOST,      "lost")      \
    row(IMPSVC_RESULT_ONE_WAY,   "one way")   \
    row(IMPSVC_RESULT_SENT,      "sent")      \
    row(IMPSVC_RESULT_NOT_SEEN,  "not seen")

/** impsvc.result_by: who stopped it, as far as somebody said so. */
typedef enum {
    IMPSVC_STOPPED_BY_NOBODY,
    IMPSVC_STOPPED_BY_LISTENER,
    IMPSVC_STOPPED_BY_DEVICE,       /**< somebody who resets connections in a host's name: its TTL is another one */
    IMPSVC_STOPPED_BY_ICMP_SENDER
} impsvc_flow_stopper;

/** A set of TTLs. */
typedef struct {
    uint64_t bits[4];
} impsvc_ttls;

static inline void impsvc_ttls_add(impsvc_ttls *ttls, uint8_t ttl)
{
    ttls->bits[ttl / 64] |= UINT64_C(1) << ttl % 64;
}

static inline bool impsvc_ttls_has(const impsvc_ttls *ttls, uint8_t ttl)
{
    return ttls->bits[ttl / 64] >> ttl % 64 & 1;
}

/** What the rest of the capture says. All zero: nothing. */
typedef struct {
    bool        answers;            /**< the service answers requests over UDP: impsvc_entry.answers */
    impsvc_ttls listener_ttls;      /**< of all other packets from the listener's address, RSTs left out, on the interface on which its
                                         RSTs were seen: on both sides of a router the same packet has two TTLs */
    bool        answers_elsewhere;  /**< the listener's address answers in other flows */
    uint32_t    interfaces;         /**< the capture's, on which packets between these two hosts were seen, as bits */
    uint32_t    together;           /**< … that have shown the same packets, of any two hosts: sides of something */
    int64_t     end;                /**< when the capture ends, in nanoseconds since 1970; 0 if not known */
} impsvc_flow_context;

typedef struct {
    impsvc_flow_result  result;
    impsvc_flow_stopper by;
    uint32_t         frame;         /**< what it rests on: the answer, the refusal, the first try, the data that were lost; 0 if none */
    unsigned         tries;         /**< of opening a connection: different SYNs */
    bool             more_tries;    /**< … and some more */
    bool             wrong_answer;  /**< there was a SYN+ACK, but not to this SYN */
    bool             too_early;     /**< where nothing came back: the capture ends so soon after the first try that an answer may still come */
    uint32_t         answer;        /**< where nothing came back: the frame of an answer that was seen, but stops on its way; 0 if there is none */
    bool             answers_elsewhere; /**< where nothing came back: the listener answers in other flows */

    uint8_t          ttl;           /**< of the RST; 0 if there is none, or it is not known */
    uint8_t          usual_ttl;     /**< of the host's other packets: the one that is nearest to it; 0 if there is nothing to compare with */
    impsvc_icmp_head icmp;          /**< where ICMP says so */
    impsvc_ip        icmp_sender;

    impsvc_direction lost;          /**< whose data, where result is IMPSVC_RESULT_LOST */
    int64_t          tried;         /**< for how long they were sent again, in nanoseconds */
    int64_t          silence;       /**< how long nothing had been sent before, at least; 0 if that is not known */
    bool             after_silence; /**< … which is long enough for a firewall to forget the connection */
    bool             only_large;    /**< no segment as large as lost_size was ever acknowledged, and smaller ones were */
    uint16_t         lost_size;     /**< the largest segment, if it never was acknowledged */
    uint16_t         passed_size;   /**< of a segment that was acknowledged; 0 if not known */

    uint32_t         seen_on;       /**< interfaces on which the packets were seen that were stopped, lost, or answered by another road */
    uint32_t         not_seen_on;   /**< interfaces on which these two hosts were seen, but not these packets */
} impsvc_flow_verdict;

/** How far a single try must lie back to count as not answered: nanoseconds. */
#define IMPSVC_PATIENCE INT64_C(1000000000)

/** For how long data must have been sent again to count as lost: nanoseconds. Today's systems begin after 200 ms and double that. */
#define IMPSVC_LOST_AFTER INT64_C(500000000)

/** Packets of one try, seen in several places, are closer together than this, and those of two are not: nanoseconds. */
#define IMPSVC_ONE_TRY INT64_C(500000)

/** Where firewalls begin to forget idle connections: nanoseconds. */
#define IMPSVC_LONG_SILENCE (30 * INT64_C(1000000000))

#endif /* IMPSVC_RESULT_H */
