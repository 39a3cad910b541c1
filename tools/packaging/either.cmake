# Read by cpack before anything else, for packages and for the source archive.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set(ENV{SOURCE_DATE_EPOCH} ${CPACK_IMPSVC_CHANGED})
if(CPACK_INSTALL_CMAKE_PROJECTS)
  set(CPACK_INSTALL_SCRIPTS)
  if(CPACK_IMPSVC_UNPACKAGED)
    message(FATAL_ERROR "No package can be made of this build: it was configured with ${CPACK_IMPSVC_UNPACKAGED}. "
      "tools/package makes one in a folder of its own.")
  endif()
  if(EXISTS ${CPACK_IMPSVC_BUILD}/install_manifest.txt)
    file(RENAME ${CPACK_IMPSVC_BUILD}/install_manifest.txt ${CPACK_IMPSVC_BUILD}/install_manifest.kept)
  endif()
else()
  set(CPACK_INSTALLED_DIRECTORIES)      # not the whole tree
  set(CPACK_PRE_BUILD_SCRIPTS)
endif()
