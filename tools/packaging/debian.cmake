# Run by cpack when everything is installed in a folder, before that is packed: adds what else Debian requires in a package.
#
# SPDX-License-Identifier: GPL-2.0-or-later

if(NOT CPACK_GENERATOR STREQUAL "DEB")
  return()
endif()
set(USR ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr)
set(NAME ${CPACK_DEBIAN_PACKAGE_NAME})
set(DOC ${USR}/share/doc/${NAME})

file(COPY ${CPACK_IMPSVC_SOURCE}/tools/packaging/copyright DESTINATION ${DOC})
file(COPY ${CPACK_IMPSVC_SOURCE}/CHANGES.md DESTINATION ${DOC})
file(RENAME ${DOC}/CHANGES.md ${DOC}/changelog)
file(WRITE ${DOC}/changelog.Debian
"${NAME} (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium

  * Version ${CPACK_PACKAGE_VERSION}; changelog.gz says what that changes.

 -- ${CPACK_PACKAGE_CONTACT}  ${CPACK_IMPSVC_CHANGED_RFC}
")
file(GLOB_RECURSE COMPRESSED ${USR}/share/man/*.[1-9] ${DOC}/changelog*)
execute_process(COMMAND gzip -9n ${COMPRESSED} RESULT_VARIABLE FAILED)
if(FAILED)
  message(FATAL_ERROR "gzip -9n ${COMPRESSED} failed: ${FAILED}")
endif()

# Whatever the umask is here.
execute_process(COMMAND chmod -R u=rwX,go=rX ${USR} RESULT_VARIABLE FAILED)
if(FAILED)
  message(FATAL_ERROR "chmod ${USR} failed: ${FAILED}")
endif()
