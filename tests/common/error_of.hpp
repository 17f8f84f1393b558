// SPDX-License-Identifier: MIT
// What a call throws, to be looked at.
//
//   EXPECT_STREQ(error_of([] { read_file("/nope"); }).what(), "open /nope: …");
#pragma once

#include <gtest/gtest.h>

#include <system_error>

namespace support {

template <typename Call>
std::system_error error_of(Call call) {
  try {
    call();
  } catch (const std::system_error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return {0, std::generic_category()};
}

}  // namespace support
