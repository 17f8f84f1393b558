// SPDX-License-Identifier: MIT
// The machine that lends itself for throwaway hosts, and is not to be changed.
//
//   const Machine before;
//   …
//   const std::string changed = before.difference();   // "" for nothing
//
#pragma once

#include <map>
#include <string>

namespace attacks {

class Machine {
 public:
  // Looks at it.
  Machine();

  // Looks again: what is not as it was, a line each.
  std::string difference() const;

 private:
  std::map<std::string, std::string> state_;
};

}  // namespace attacks
