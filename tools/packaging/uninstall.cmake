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
  # Folders that nobody else has.
  get_filename_component(folder "$ENV{DESTDIR}${file}" DIRECTORY)
  file(GLOB left "${folder}/*")
  while(folder MATCHES "/share/impsvc(/|$)" AND IS_DIRECTORY "${folder}" AND NOT left)
    file(REMOVE_RECURSE "${folder}")
    get_filename_component(folder "${folder}" DIRECTORY)
    file(GLOB left "${folder}/*")
  endwhile()
endforeach()
file(REMOVE ${MANIFEST})
