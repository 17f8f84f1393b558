// SPDX-License-Identifier: MIT
#include "tests/attacks/rig/table.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "common/file.hpp"
#include "tests/attacks/expected.hpp"
#include "tests/attacks/rig/attack.hpp"
#include "tests/attacks/rig/cell.hpp"
#include "tests/support/files.hpp"

namespace attacks {
namespace {

using support::words;

[[noreturn]] void reject(const std::string& what) {
  throw std::runtime_error("tests/attacks/expected.txt: " + what);
}

size_t index_of(const std::vector<std::string>& all, const std::string& one) {
  return static_cast<size_t>(
      std::find(all.begin(), all.end(), one) - all.begin());
}

bool contains(const std::vector<std::string>& all, const std::string& one) {
  return index_of(all, one) < all.size();
}

std::string joined(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& one : all)
    text += " " + one;
  return text;
}

Row parse_row(const std::string& line) {
  const size_t hash = line.find('#');
  Row row;
  row.outcomes = words(line.substr(0, hash));
  row.attack = row.outcomes.front();
  row.outcomes.erase(row.outcomes.begin());
  if (hash != std::string::npos) row.reason = line.substr(hash + 2);
  return row;
}

void check_row(const Row& row, const Table& table, const Words& attacks) {
  if (!contains(attacks, row.attack)) {
    reject("there is no attack " + row.attack);
  }
  if (row.outcomes.size() != table.columns.size()) {
    reject(
        row.attack + " needs an outcome for each of" + joined(table.columns));
  }
  if (!contains(row.outcomes, kOpen)) {
    reject(row.attack + " is OPEN nowhere, so nothing shows that it works");
  }
  if (contains(row.outcomes, kNotApplicable) == row.reason.empty()) {
    reject(row.attack + " needs a reason behind a # for - and for - only");
  }
}

Table parse_table(
    const std::string& text,
    const Words& columns,
    const Words& attacks) {
  Table table;
  for (const std::string& line : support::lines(text)) {
    if (line[0] == '#') continue;
    const Row row = parse_row(line);
    if (table.columns.empty()) {
      table.columns = row.outcomes;
      if (table.columns != columns) {
        reject("its columns are not" + joined(columns));
      }
      continue;
    }
    check_row(row, table, attacks);
    table.rows.push_back(row);
  }
  for (const std::string& attack : attacks) {
    const auto same = [&](const Row& row) { return row.attack == attack; };
    if (std::count_if(table.rows.begin(), table.rows.end(), same) != 1) {
      reject(attack + " does not have one row");
    }
  }
  return table;
}

}  // namespace

const Row& Table::row(const std::string& attack) const {
  for (const Row& row : rows) {
    if (row.attack == attack) return row;
  }
  throw std::invalid_argument("no such attack: " + attack);
}

const std::string& Table::outcome(
    const std::string& attack,
    const std::string& column) const {
  return row(attack).outcomes.at(index_of(columns, column));
}

Table read_table() {
  const char* file = std::getenv("BOXSTEP_EXPECTED");
  const std::string text =
      file == nullptr ? kExpected : common::read_file(file);
  Words columns = words(kSteps);
  columns.insert(columns.begin(), kNone);
  Words attacks;
  for (const auto& attack : all_attacks())
    attacks.emplace_back(attack->text().name);
  return parse_table(text, columns, attacks);
}

}  // namespace attacks
