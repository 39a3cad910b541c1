# Removes what "cmake --install" has installed, as its manifest lists it, and the profile.
#
# SPDX-License-Identifier: GPL-2.0-or-later

if(NOT EXISTS ${MANIFEST})
  message(FATAL_ERROR "Nothing to uninstall: there is no ${MANIFEST}, which \"cmake --install\" writes.")
endif()
file(STRINGS ${MANIFEST} FILES)
foreach(file IN LISTS FILES)
  set(file "$ENV{DESTDIR}${file}")
  if(EXISTS "${file}" OR IS_SYMLINK "${file}")
    message(STATUS "Removing ${file}")
    file(REMOVE "${file}")
    if(EXISTS "${file}")
      message(FATAL_ERROR "Cannot remove ${file}.")
    endif()
  endif()
  # The command's folder and the profile's are ours; any other was there before, or may have become somebody's.
  get_filename_component(folder "${file}" DIRECTORY)
  file(GLOB left "${folder}/*")
  while(folder MATCHES "/share/impsvc(/|$)|/${PROFILE_NAME}$" AND IS_DIRECTORY "${folder}" AND NOT left)
    file(REMOVE_RECURSE "${folder}")
    get_filename_component(folder "${folder}" DIRECTORY)
    file(GLOB left "${folder}/*")
  endwhile()
endforeach()
file(REMOVE ${MANIFEST})

# A person's own profile is no file of the manifest: it may hold what they have changed.
if(PERSONAL)
  set(ENV{HOME} "$ENV{DESTDIR}$ENV{HOME}")
  execute_process(COMMAND "${PYTHON}" "${CMAKE_CURRENT_LIST_DIR}/../../catalog/profile/remove.py" RESULT_VARIABLE FAILED)
  if(FAILED)
    message(WARNING "The profile could not be removed, see above. The plugin is.")
  endif()
else()
  message(STATUS "Who has used the profile \"${PROFILE_NAME}\" has a copy of it, as Edit > Configuration Profiles shows. "
    "Without the plugin Wireshark complains of its filters and colours: remove the copy there.")
endif()
