// SPDX-License-Identifier: MIT
// The table of expected.txt, as it was when this was built, or of the file that
// BOXSTEP_EXPECTED names; checked against the attacks and steps that there are.
//
//   const Table table = read_table();
//   table.columns;               // {"none", "01-uts", …}
//   table.rows[2].outcomes[1];   // of dot-dot on 01-uts: "OPEN"
//
// Errors: std::runtime_error, for a table that leaves an attack or a step out,
// knows one that there is not, or has a row without OPEN: an attack that works
// nowhere may as well be broken.
#pragma once

#include <string>
#include <vector>

namespace attacks {

// In place of an outcome.
constexpr const char* kNotApplicable = "-";

struct Row {
  std::string attack;
  std::vector<std::string> outcomes;  // one for each column
  std::string reason;  // why the attack is not applicable on some
};

struct Table {
  std::vector<std::string> columns;
  std::vector<Row> rows;

  const Row& row(const std::string& attack) const;
  const std::string& outcome(
      const std::string& attack,
      const std::string& column) const;
};

Table read_table();

}  // namespace attacks
