// SPDX-License-Identifier: MIT
// The part of libsystemd that ps(1) is linked with, on a machine without systemd:
// "no data". The real library would bring a megabyte of compression and
// cryptography with it, to say the same.
#include <errno.h>

#define NO_DATA(name) \
  int name(void) { return -ENODATA; }

NO_DATA(sd_pid_get_machine_name)
NO_DATA(sd_pid_get_owner_uid)
NO_DATA(sd_pid_get_session)
NO_DATA(sd_pid_get_slice)
NO_DATA(sd_pid_get_unit)
NO_DATA(sd_pid_get_user_unit)
NO_DATA(sd_session_get_seat)
