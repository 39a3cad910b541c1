/* rules_window.c
 * Tools > IM and Presence > Firewall rules
 *
 * A window with the rules as text, and a button for each source and each dialect. Wireshark has such windows for Lua (epan/funnel.h), and
 * menus that any plugin may use. The packets are read once, when it is opened; what it shows is of that time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "firewall/rules_window.h"

#include "wireshark/compat.h"

#include <epan/funnel.h>
#include <epan/tap.h>
#include <wsutil/report_message.h>

#include "firewall/rules_text.h"
#include "language/language.h"
#include "statistics/flow_feed.h"
#include "wireshark/capture_end.h"

/* A window that is open. */
typedef struct {
    funnel_text_window_t *window;
    impsvc_flow_capture  *flows;
    impsvc_rules_asked    asked;
} shown;

/* What a button asks for: a dialect or, if that is NULL, a source. */
typedef struct {
    shown                *in;
    const impsvc_dialect *dialect;
    impsvc_rules_source   source;
} choice;

static void close_window(void *data)
{
    shown *one = (shown *)data;

    impsvc_flow_capture_free(one->flows);
    g_free(one);
}

/* Added, not set: a text that is set may be taken for HTML. */
static void write_text(const shown *one)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    GString *text = impsvc_rules_text(&one->asked, one->flows);

    ops->clear_text(one->window);
    ops->append_text(one->window, text->str);
    g_string_free(text, TRUE);
}

static impsvc_bool choose(funnel_text_window_t *window _U_, void *data)
{
    const choice *wanted = (const choice *)data;

    if (wanted->dialect != NULL)
        wanted->in->asked.dialect = wanted->dialect;
    else
        wanted->in->asked.source = wanted->source;
    write_text(wanted->in);
    return TRUE;
}

static impsvc_bool copy(funnel_text_window_t *window _U_, void *data)
{
    const choice *wanted = (const choice *)data;
    GString *text = impsvc_rules_text(&wanted->in->asked, wanted->in->flows);

    funnel_get_funnel_ops()->copy_to_clipboard(text);
    g_string_free(text, TRUE);
    return TRUE;
}

static void add_button(shown *to, impsvc_bool (*pressed)(funnel_text_window_t *window, void *data), const impsvc_dialect *dialect,
                       impsvc_rules_source source, const char *label)
{
    funnel_bt_t *button = g_new0(funnel_bt_t, 1);
    choice *wanted = g_new(choice, 1);

    *wanted = (choice){ to, dialect, source };
    *button = (funnel_bt_t){ to->window, pressed, wanted, g_free, g_free };
    funnel_get_funnel_ops()->add_button(to->window, button, label);
}

static void add_buttons(shown *to)
{
    add_button(to, choose, NULL, IMPSVC_RULES_PLAN, IMPSVC_SAY("Planned", "計画"));
    add_button(to, choose, NULL, IMPSVC_RULES_SEEN, IMPSVC_SAY("Seen", "通過"));
    add_button(to, choose, NULL, IMPSVC_RULES_MISSING, IMPSVC_SAY("Missing", "不足"));
    for (size_t i = 0; i < impsvc_dialect_count; i++)
        add_button(to, choose, &impsvc_dialects[i], IMPSVC_RULES_PLAN, impsvc_dialects[i].name);
    add_button(to, copy, NULL, IMPSVC_RULES_PLAN, IMPSVC_SAY("Copy", "コピー"));
}

static tap_packet_status packet(void *tapdata, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data, tap_flags_t flags _U_)
{
    const impsvc_identity *identity = (const impsvc_identity *)data;

    if (identity->match.entry != NULL)
        (void)impsvc_flow_feed(((const shown *)tapdata)->flows, pinfo, identity);
    return TAP_PACKET_DONT_REDRAW;
}

static bool read_packets(shown *one)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    GString *error = register_tap_listener("impsvc", one, NULL, TL_REQUIRES_NOTHING, NULL, packet, NULL, NULL);

    if (error != NULL) {
        report_failure("IM and Presence firewall rules: %s", error->str);
        g_string_free(error, TRUE);
        return false;
    }
    ops->retap_packets(ops->ops_id);
    remove_tap_listener(one);
    impsvc_flow_capture_note_time(one->flows, impsvc_capture_end());
    return true;
}

static void open_window(void *data _U_)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    shown *one;

    if (ops == NULL || ops->retap_packets == NULL || ops->add_button == NULL)
        return;     /* not a window's program */
    one = g_new0(shown, 1);
    one->flows = impsvc_flow_capture_new();
    one->asked = (impsvc_rules_asked){ &impsvc_dialects[0], impsvc_rules_default_source(), NULL };
    if (!read_packets(one)) {
        close_window(one);
        return;
    }
    one->window = ops->new_text_window(ops->ops_id, "IM and Presence firewall rules");
    ops->set_close_cb(one->window, close_window, one);
    add_buttons(one);
    write_text(one);
}

void impsvc_rules_window_register(void)
{
    funnel_register_menu("IM and Presence/Firewall rules", REGISTER_TOOLS_GROUP_UNSORTED, open_window, NULL, NULL, FALSE);
}
