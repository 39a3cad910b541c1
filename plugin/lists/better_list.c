/* better_list.c
 * Whether another release's list explains what nodes do better than the one at hand
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "lists/better_list.h"

impsvc_list_score impsvc_score_list(const impsvc_release *release, const impsvc_port_use *uses, size_t count)
{
    impsvc_list_score score = { 0, 0, 0 };

    for (size_t i = 0; i < count; i++) {
        bool is_explained = impsvc_release_explains(release, &uses[i]);

        if (impsvc_release_lists(impsvc_list, uses[i].transport, uses[i].port)) {
            score.lost += !is_explained;
        } else {
            score.unlisted++;
            score.gained += is_explained;
        }
    }
    return score;
}

bool impsvc_list_is_better(const impsvc_list_score *score)
{
    return score->gained > score->lost;
}
