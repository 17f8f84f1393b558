// SPDX-License-Identifier: MIT
// What breaks without a line: each row leads to its line, and each line to its rows.
import { execFileSync } from 'node:child_process'
import type MarkdownIt from 'markdown-it'
import { read, root } from '../repository'
import { WHOLE_FILE } from './changes'
import { sourceOf } from './env'
import { pageOf } from './links'

interface Mutant {
  step: string
  line: number // of main.cpp, from 1
  what: string // is broken, in Markdown
  said: string // what is red then, or why nothing is
}

const PAGE = 'docs/mutants.md'
const all: Mutant[] = JSON.parse(execFileSync(
  'python3', ['-B', 'tests/mutants/mutants.py', 'places'],
  { cwd: root, encoding: 'utf8' }))

export const mutantsOf = (step: string): Mutant[] =>
  all.filter((mutant) => mutant.step === step)

export function mutants(md: MarkdownIt): void {
  md.core.ruler.push('mutants', ({ env, tokens, Token }) => {
    if (sourceOf(env) !== PAGE || env.searching) return
    const linked = [...all]
    let step = ''
    tokens.forEach((token, at) => {
      if (token.type === 'heading_open' && token.tag === 'h2') {
        step = tokens[at + 1].content
      }
      const isFirstCell = token.type === 'tr_open' && tokens[at + 1].type === 'td_open'
      if (token.type === 'table_open' && step) token.attrSet('class', 'mutants')
      if (!isFirstCell) return
      const mutant = linked.shift()
      if (mutant?.step !== step) throw new Error(`${PAGE} has other rows than its program`)
      const cell = tokens[at + 2]
      const open = new Token('link_open', 'a', 1)
      open.attrSet('href', `${pageOf(`docs/${step}.md`, env)}#L${mutant.line}`)
      cell.children = [open, ...cell.children!, new Token('link_close', 'a', -1)]
    })
    if (linked.length > 0) throw new Error(`${PAGE} lacks rows of its program`)
  })
}
