# Removes what "cmake --install" has installed, as its manifest lists it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

if(NOT EXISTS ${MANIFEST})
  message(FATAL_ERROR "Nothing to uninstall: there is no ${MANIFEST}, which \"cmake --install\" writes.")
endif()
file(STRINGS ${MANIFEST} FILES)
foreach(file IN LISTS FILES)
  if(EXISTS "$ENV{DESTDIR}${file}" OR IS_SYMLINK "$ENV{DESTDIR}${file}")
    message(STATUS "Removing $ENV{DESTDIR}${file}")
    file(REMOVE "$ENV{DESTDIR}${file}")
    if(EXISTS "$ENV{DESTDIR}${file}")
      message(FATAL_ERROR "Cannot remove $ENV{DESTDIR}${file}.")
    endif()
  endif()
endforeach()
file(REMOVE ${MANIFEST})
