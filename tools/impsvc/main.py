#!/usr/bin/env python3
# The command impsvc: one file of commands/ for each subcommand.
#
#   python3 tools/impsvc/main.py SUBCOMMAND ...      from the source tree; build/bin/impsvc or impsvc elsewhere
#
# To add a subcommand, add commands/<name>.py ("_" in its name is "-" on the command line); help, completion and man page find
# it by themselves. It has
#
#   ORDER                           where it stands among the others
#   describe(say)                   a sentence for lists, and the paragraphs of its help and of the man page
#   add_arguments(parser, say)      its arguments, as argparse has them; a file that is completed has the metavar CAPTURE, DIR or FILE
#   run(options, place, say)        does it, and returns the exit status
#
# say(english, japanese) gives the text in the language asked for. Failure (say.py) is an error that the user can do something
# about. Exit statuses: 0 done, 1 something documented is blocked, 2 error.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import sys
import tempfile

sys.dont_write_bytecode = True      # source tree and /usr/share stay as they are

import command_line                 # noqa: E402
from place import source_tree       # noqa: E402
from say import SHORTAGES, Failure, Say, language_of_locale    # noqa: E402


def main(place, arguments):
    """Runs a command line; its exit status."""
    say = Say(language_of_locale())
    if arguments[:1] == ["--complete"]:
        print(*command_line.words(say, arguments[1:], place), sep="\n")
        return 0
    parser = command_line.parser(say)
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        options.parser.error(command_line.what_is_unknown(options, unknown, say))
    if options.version:
        print(f"impsvc {place.version}")
        return 0
    if not options.command:
        parser.print_help()
        return 0
    if getattr(options, "language", None):
        say = Say(options.language)
    try:
        status = options.run(options, place, say)
        sys.stdout.flush()
        return status
    except Failure as failure:
        print(f"impsvc: {failure}", file=sys.stderr)
    except BrokenPipeError:         # "impsvc ... | head" has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:        # of the command's own files; what the user has named is a Failure
        if error.errno not in SHORTAGES:
            raise
        print(f"impsvc: {error.filename or tempfile.gettempdir()}: {error.strerror}", file=sys.stderr)
    except KeyboardInterrupt:
        pass
    return 2


if __name__ == "__main__":
    sys.exit(main(source_tree(), sys.argv[1:]))
