// SPDX-License-Identifier: MIT
// An object of config.json. It remembers which of its keys were read, so a key that
// nobody has read is found.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

using Json = nlohmann::json;
using Words = std::vector<std::string>;

[[noreturn]] inline void refuse(const std::string& what) {
  throw std::runtime_error("config.json: " + what);
}

class Keys {
 public:
  Keys(const Json& object, std::string name)
      : object_(object), name_(std::move(name)) {
    if (!object_.is_object()) refuse(name_ + " is not an object");
  }

  // Null if it is not there, or is null itself.
  const Json* find(const std::string& key) {
    read_.insert(key);
    const auto found = object_.find(key);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }

  template <typename Value>
  Value get(const std::string& key, Value otherwise) {
    const Json* value = find(key);
    if (!value) return otherwise;
    try {
      if constexpr (std::is_integral_v<Value> && !std::is_same_v<Value, bool>) {
        // The library would make -1 and 1e30 fit.
        if (!value->is_number_integer()) throw std::domain_error("");
        const auto number = value->get<Value>();
        if (Json(number) != *value) throw std::domain_error("");
        return number;
      } else {
        return value->get<Value>();
      }
    } catch (const std::exception&) {
      refuse(name_ + "." + key + " has a value of another kind");
    }
  }

  std::string text(const std::string& key, std::string otherwise = {}) {
    auto text = get<std::string>(key, std::move(otherwise));
    // The kernel's strings end there: it would see another text than we do.
    if (text.find('\0') != std::string::npos) refuse(path(key) + " has a NUL");
    return text;
  }

  std::string needed(const std::string& key) {
    auto value = text(key);
    if (value.empty()) refuse(path(key) + " is missing");
    return value;
  }

  Words words(const std::string& key) {
    auto list = get<Words>(key, {});
    for (const std::string& word : list)
      if (word.find('\0') != std::string::npos)
        refuse(path(key) + " has a NUL");
    return list;
  }

  // Calls `body` with each object of a list.
  template <typename Body>
  void each(const std::string& key, const Body& body) {
    const Json* list = find(key);
    if (!list) return;
    if (!list->is_array()) refuse(path(key) + " is not a list");
    for (std::size_t i = 0; i < list->size(); ++i) {
      Keys element((*list)[i], path(key) + "[" + std::to_string(i) + "]");
      body(element);
      element.refuse_rest();
    }
  }

  // Calls `body` with an object that may be missing.
  template <typename Body>
  void below(const std::string& key, const Body& body) {
    const Json* object = find(key);
    if (!object) return;
    Keys keys(*object, path(key));
    body(keys);
    keys.refuse_rest();
  }

  // What the specification knows, and this runtime cannot do. An empty value or
  // `false` asks for nothing.
  void refuse_if_asked(const Words& keys) {
    for (const std::string& key : keys) {
      const Json* value = find(key);
      if (!value || value->empty() || *value == false || *value == "") continue;
      refuse(path(key) + " is not supported");
    }
  }

  // The specification wants unknown keys to be ignored. A newer version may have
  // keys that we should know.
  void refuse_rest() const {
    for (const auto& [key, value] : object_.items())
      if (!read_.contains(key) && is_newer) refuse(path(key) + " is unknown");
  }

  std::string path(const std::string& key) const {
    return name_.empty() ? key : name_ + "." + key;
  }

  inline static bool is_newer = false;

 private:
  const Json& object_;
  std::string name_;
  std::set<std::string> read_;
};

template <typename Value>
Value look_up(
    const std::map<std::string_view, Value>& table,
    const std::string& word,
    const std::string& what) {
  const auto found = table.find(word);
  if (found == table.end()) refuse(what + " '" + word + "' is not supported");
  return found->second;
}
