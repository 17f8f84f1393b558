// SPDX-License-Identifier: MIT
// Which documents are pages, and in which order they are read.
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { read, root } from './repository'

// Named from the top of the repository. What is on none of these lists, below docs/,
// is a page of its own under "Look it up".
const first = ['README.md', 'docs/setup.md']
const afterPartOne = ['docs/reveal.md']
// Those that take bundles: their records stand apart, as they have no `run`.
export const engines: string[] = JSON.parse(execFileSync(
  'python3', ['-B', '-c', 'import json, records; print(json.dumps(records.engines()))'],
  { cwd: join(root, 'tools'), encoding: 'utf8' }))
const afterPartTwo = ['docs/sandbox.md']
const workshop = ['guide', 'guide-part-two', 'cheat-sheet', 'cheat-sheet-part-two'].map(
  (name) => `docs/workshop/${name}.md`)
const last = ['CONTRIBUTING.md', 'CHANGELOG.md']

export const steps: string[] = JSON.parse(execFileSync(
  'python3', ['-B', '-c', 'import json, records; print(json.dumps([*records.read()]))'],
  { cwd: join(root, 'tools'), encoding: 'utf8' }))

// Part One is what ./boxstep run shows.
const lastOfPartOne = /^default_step=(\S+)/m.exec(read('boxstep'))![1]
const partOne = steps.slice(0, steps.indexOf(lastOfPartOne) + 1)

const chapter = (step: string) => `docs/${step}.md`
const chapters = [
  ...partOne.map(chapter), ...afterPartOne,
  ...[...steps.slice(partOne.length), ...engines].map(chapter), ...afterPartTwo]
const others = readdirSync(join(root, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`)
  .filter((path) => ![...first, ...chapters].includes(path))

export const pages = [...first, ...chapters, ...others, ...workshop, ...last]

export const titleOf = (path: string): string => /^# (.*)$/m.exec(read(path))![1]

// The address of a page, below the site's, as VitePress calls it.
export const rewrite = (path: string): string =>
  path === 'README.md' ? 'index.md' : path.replace(/^docs\//, '').replace(
    /^[A-Z]+\.md$/, (name) => name.toLowerCase())

const item = (path: string) => {
  const [, number, title] = /^Step (\d\d): (.*)$/.exec(titleOf(path)) ?? []
  const link = '/' + rewrite(path).replace(/(index)?\.md$/, '')
  return number
    ? { link, text: `<span class="step-number">${number}</span> ${title}` }
    : { link, text: titleOf(path) }
}

export const sidebar = [
  { text: 'Start', items: first.map(item) },
  { text: 'Part One', items: [...partOne.map(chapter), ...afterPartOne].map(item) },
  {
    text: 'Part Two',
    items: [
      ...[...steps.slice(partOne.length), ...engines].map(chapter), ...afterPartTwo,
    ].map(item),
  },
  {
    text: 'Look it up',
    items: others.map(item).sort((one, other) => one.text.localeCompare(other.text)),
  },
  { text: 'Workshop', items: workshop.map(item) },
  { text: 'The project', items: last.map(item) },
]
