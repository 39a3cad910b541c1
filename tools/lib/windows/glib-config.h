/* glib-config.h
 * What GLib's configuration would find out about 64-bit Windows and Debian's cross compiler, as far as libglib asks
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define GETTEXT_PACKAGE "glib20"
#define GLIB_BINARY_AGE 0
#define GLIB_INTERFACE_AGE 0
#define GLIB_LOCALE_DIR "."
#define GLIB_LOCALSTATEDIR "."
#define GLIB_RUNSTATEDIR "."

#define ALIGNOF_GUINT32 4
#define ALIGNOF_GUINT64 8
#define ALIGNOF_UNSIGNED_LONG 4
#define SIZEOF_CHAR 1
#define SIZEOF_SHORT 2
#define SIZEOF_INT 4
#define SIZEOF_LONG 4
#define SIZEOF_LONG_LONG 8
#define SIZEOF_SIZE_T 8
#define SIZEOF_SSIZE_T 8
#define SIZEOF_VOID_P 8
#define SIZEOF_WCHAR_T 2

#define HAVE_C99_SNPRINTF 1
#define HAVE_C99_VSNPRINTF 1
#define HAVE_DIRENT_H 1
#define HAVE_FLOAT_H 1
#define HAVE_FTRUNCATE 1
#define HAVE_GOOD_PRINTF 1
#define HAVE_INTMAX_T 1
#define HAVE_INTTYPES_H 1
#define HAVE_LIMITS_H 1
#define HAVE_LOCALE_H 1
#define HAVE_LONG_DOUBLE 1
#define HAVE_LONG_LONG 1
#define HAVE_MALLOC_H 1
#define HAVE_SNPRINTF 1
#define HAVE_STDINT_H 1
#define HAVE_STRINGS_H 1
#define HAVE_STRTOLL 1
#define HAVE_SYS_STAT_H 1
#define HAVE_SYS_TIME_H 1
#define HAVE_SYS_TYPES_H 1
#define HAVE_UNISTD_H 1
#define HAVE_VASPRINTF 1
#define HAVE_WCHAR_T 1
#define HAVE_WINT_T 1
#define HAVE__ALIGNED_FREE 1
#define HAVE__ALIGNED_MALLOC 1
#define THREADS_WIN32 1
#define USE_SYSTEM_PRINTF 1

#define _WIN32_WINNT 0x0601
