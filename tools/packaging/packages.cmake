# The man page, the packages and the uninstall target. Included by CMakeLists.txt after its install() rules, all of which
# go into the packages.
#
#   cpack                                       build/impsvc-wireshark_0.1.0-1~ws4.0_amd64.deb
#   cpack --config CPackSourceConfig.cmake      build/impsvc-0.1.0.tar.gz
#
# SPDX-License-Identifier: GPL-2.0-or-later

include(GNUInstallDirs)
set(PACKAGING ${PROJECT_SOURCE_DIR}/tools/packaging)

# When what is packaged was last changed, in seconds: the date of man page and package, so that one commit gives the same bytes twice.
set(CHANGED "$ENV{SOURCE_DATE_EPOCH}")
if(NOT CHANGED AND EXISTS ${PROJECT_SOURCE_DIR}/.git)
  execute_process(COMMAND git -c safe.directory=* log -1 --format=%ct WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    OUTPUT_VARIABLE CHANGED OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE NO_GIT)
endif()
if(NOT CHANGED)
  file(TIMESTAMP ${PROJECT_SOURCE_DIR}/CHANGES.md CHANGED "%s" UTC)
endif()
set(ENV_EPOCH "$ENV{SOURCE_DATE_EPOCH}")
set(ENV{SOURCE_DATE_EPOCH} ${CHANGED})
string(TIMESTAMP CHANGED_DAY "%Y-%m-%d" UTC)
string(TIMESTAMP CHANGED_RFC "%a, %d %b %Y %H:%M:%S +0000" UTC)
set(ENV{SOURCE_DATE_EPOCH} "${ENV_EPOCH}")

# The man page, from the README of each language and the reference beside the plugin.
if(IMPSVC_PERSONAL)
  set(IMPSVC_MAN_DIR $ENV{HOME}/.local/share/man)
else()
  set(IMPSVC_MAN_DIR ${CMAKE_INSTALL_MANDIR})
endif()
set(MAN_PAGES)
# Makes impsvc.7 from README and reference, whose names have the same ending, in a folder of the build, and installs it in the same
# folder of man pages: none for English, "/" and the language for others.
function(impsvc_man_page ending folder)
  set(readme ${PROJECT_SOURCE_DIR}/README${ending} ${PROJECT_SOURCE_DIR}/plugin/REFERENCE${ending})
  set(page ${PROJECT_BINARY_DIR}${folder}/impsvc.7)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}${folder})
  add_custom_command(OUTPUT ${page}
    COMMAND ${CMAKE_COMMAND} -E env PYTHONDONTWRITEBYTECODE=1 ${Python3_EXECUTABLE} ${PACKAGING}/man.py
      --readme ${readme} --version ${PROJECT_VERSION} --date ${CHANGED_DAY} --output ${page}
    DEPENDS ${readme} ${PACKAGING}/man.py ${PACKAGING}/readme.py
    COMMENT "Making the man page from README${ending} and plugin/REFERENCE${ending}"
    VERBATIM)
  install(FILES ${page} DESTINATION ${IMPSVC_MAN_DIR}${folder}/man7)
  set(MAN_PAGES ${MAN_PAGES} ${page} PARENT_SCOPE)
endfunction()
impsvc_man_page(.md "")
impsvc_man_page(.ja.md /ja)
add_custom_target(impsvc_man ALL DEPENDS ${MAN_PAGES})

add_custom_target(uninstall
  COMMAND ${CMAKE_COMMAND} -D MANIFEST=${PROJECT_BINARY_DIR}/install_manifest.txt -D PROFILE_NAME=${PROFILE_NAME}
    -D PERSONAL=${IMPSVC_PERSONAL} -D PYTHON=${Python3_EXECUTABLE} -P ${PACKAGING}/uninstall.cmake
  VERBATIM)

# What all packages share. The scripts get what they need to know from CPACK_IMPSVC_….
set(CPACK_PACKAGE_NAME impsvc)
set(CPACK_PACKAGE_VENDOR "impsvc developers")
set(CPACK_PACKAGE_CONTACT "impsvc developers <noreply@example.org>")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_RESOURCE_FILE_README ${PROJECT_SOURCE_DIR}/README.md)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_MONOLITHIC_INSTALL ON)
set(CPACK_SET_DESTDIR ON)               # the plugin's folder is an absolute one
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PROJECT_CONFIG_FILE ${PACKAGING}/either.cmake)
set(CPACK_IMPSVC_SOURCE ${PROJECT_SOURCE_DIR})
set(CPACK_IMPSVC_BUILD ${PROJECT_BINARY_DIR})
set(CPACK_IMPSVC_CHANGED ${CHANGED})
set(CPACK_IMPSVC_CHANGED_RFC ${CHANGED_RFC})
set(CPACK_IMPSVC_UNPACKAGED)
foreach(option IMPSVC_PERSONAL IMPSVC_SANITIZE)
  if(${option})
    set(CPACK_IMPSVC_UNPACKAGED "-D${option}=ON")
  endif()
endforeach()

# The source archive: what git tracks, as it is in the tree.
set(CPACK_SOURCE_GENERATOR TGZ)
set(CPACK_SOURCE_PACKAGE_FILE_NAME impsvc-${PROJECT_VERSION})
set(CPACK_SOURCE_STRIP_FILES OFF)
set(CPACK_INSTALL_SCRIPTS ${PACKAGING}/source.cmake)

# The Debian package, named as Debian names Wireshark's plugins (libvirt-wireshark). It is for one minor version of
# Wireshark: its version says so, and it cannot be installed with another. "~" gives a package of Debian's own precedence.
find_program(DPKG_DEB dpkg-deb)
mark_as_advanced(DPKG_DEB)
set(CPACK_GENERATOR TGZ)
if(DPKG_DEB)
  set(CPACK_GENERATOR DEB)
endif()
math(EXPR NEXT_MINOR "${Wireshark_MINOR_VERSION} + 1")
set(CPACK_PRE_BUILD_SCRIPTS ${PACKAGING}/debian.cmake ${PACKAGING}/manifest.cmake)
set(CPACK_DEBIAN_PACKAGE_NAME impsvc-wireshark)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1~ws${WIRESHARK_MINOR})
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS
  "wireshark-common (>= ${WIRESHARK_MINOR}), wireshark-common (<< ${Wireshark_MAJOR_VERSION}.${NEXT_MINOR}~), python3 (>= 3.9)")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "wireshark | tshark, python3-jinja2, python3-psycopg2")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "postgresql, parallel, slurm-client")
set(CPACK_DEBIAN_PACKAGE_ENHANCES "wireshark, tshark")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"A plugin that shows, on every packet of a capture, which Cisco IM and
Presence service it belongs to: its row in the vendor's port list, who asks
whom, which way it goes, how sure that is and why. All of it can be filtered
and shown in columns, and the traffic can be summed up by table.

The command impsvc, impsvc(1), sums up a capture, checks what a firewall lets
through, and collects thousands of captures in a database. This build is for
Wireshark ${WIRESHARK_MINOR}. The man page impsvc(7) has the fields,
preferences and statistics.")
include(CPack)
