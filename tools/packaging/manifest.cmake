# Run by cpack after its own installation, which has overwritten the list of what "cmake --install" installed. The uninstall
# target needs that list as it was before: either.cmake has kept it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

file(REMOVE ${CPACK_IMPSVC_BUILD}/install_manifest.txt)
if(EXISTS ${CPACK_IMPSVC_BUILD}/install_manifest.kept)
  file(RENAME ${CPACK_IMPSVC_BUILD}/install_manifest.kept ${CPACK_IMPSVC_BUILD}/install_manifest.txt)
endif()
