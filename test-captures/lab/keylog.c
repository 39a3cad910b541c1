/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Loaded into OpenSSL programs of the lab with LD_PRELOAD: every TLS session writes its keys to SSLKEYLOGFILE, as
 * curl and GnuTLS programs do by themselves, so that a capture can carry them.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef void (*keylog_callback)(const void *ssl, const char *line);

static void
write_line(const void *ssl, const char *line)
{
    (void)ssl;
    const char *path = getenv("SSLKEYLOGFILE");
    if (!path)
        return;
    int file = open(path, O_WRONLY | O_APPEND | O_CREAT, 0666);
    if (file < 0)
        return;
    char text[1024];
    size_t length = strlen(line);
    if (length < sizeof text - 1) {
        memcpy(text, line, length);
        text[length] = '\n';
        /* One write, so that lines of several processes do not mix. */
        if (write(file, text, length + 1) < 0)
            length = 0;
    }
    close(file);
}

void *
SSL_new(void *context)
{
    void *(*original)(void *) = (void *(*)(void *))dlsym(RTLD_NEXT, "SSL_new");
    void (*set_callback)(void *, keylog_callback) =
        (void (*)(void *, keylog_callback))dlsym(RTLD_DEFAULT, "SSL_CTX_set_keylog_callback");
    if (!original) {
        /* The library came with a module opened later, out of RTLD_NEXT's sight. */
        void *library = dlopen("libssl.so.3", RTLD_LAZY);
        original = (void *(*)(void *))dlsym(library, "SSL_new");
        set_callback = (void (*)(void *, keylog_callback))dlsym(library, "SSL_CTX_set_keylog_callback");
    }
    if (set_callback)
        set_callback(context, write_line);
    return original(context);
}
