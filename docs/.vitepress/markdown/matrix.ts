// SPDX-License-Identifier: MIT
// Each outcome of an attack leads to the code of the attack.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type MarkdownIt from 'markdown-it'
import { linkTo, read, root } from '../repository'

const DIRECTORY = 'tests/attacks'
const places = new Map(readdirSync(join(root, DIRECTORY))
  .filter((name) => name.endsWith('.cpp'))
  .flatMap((name) => attacksOf(`${DIRECTORY}/${name}`)))

// The entry of an attack, and what it calls before it in the file, begin and end in the
// first column.
function attacksOf(path: string): [string, string][] {
  const lines = read(path).split('\n')
  return lines.flatMap((line, at) => {
    const name = /^ +\.name = "(.*)",$/.exec(line)?.[1]
    if (!name) return []
    const start = lines.findLastIndex((one, n) => n < at && /^const Entry/.test(one))
    const end = lines.findIndex((one, n) => n > at && one === '});')
    return [[name, linkTo(path, [start + 1, end + 1])]]
  })
}

export function matrix(md: MarkdownIt): void {
  // VitePress drops its class.
  md.renderer.rules.table_open = (tokens, at, options, _, self) => {
    tokens[at].attrSet('tabindex', '0') // it scrolls where it is too wide
    return self.renderToken(tokens, at, options)
  }
  md.core.ruler.push('matrix', ({ env, tokens, Token }) => {
    if (env.searching) return
    let cells: number[] = [] // of a row, the places of their contents
    tokens.forEach((token, at) => {
      if (token.type === 'th_open' && tokens[at + 1].content === 'Attack') {
        tokens.findLast(({ type }, n) => n < at && type === 'table_open')!
          .attrSet('class', 'matrix')
      }
      if (token.type === 'tr_open') cells = []
      if (token.type === 'td_open') cells.push(at + 1)
      if (token.type !== 'tr_close' || cells.length === 0) return
      const table = tokens.findLast(({ type }, n) => n < at && type === 'table_open')!
      if (table.attrGet('class') !== 'matrix') return
      const [name, , ...outcomes] = cells
      const address = places.get(tokens[name].children![0].content)
      if (!address) throw new Error(`no attack ${tokens[name].content}`)
      for (const end of [name - 1, name + 1]) tokens[end].tag = 'th'
      tokens[name - 1].attrSet('scope', 'row')
      for (const place of outcomes) {
        const cell = tokens[place]
        const outcome =
          /OPEN/.test(cell.content) ? 'open' : /^held/.test(cell.content) ? 'held' : 'none'
        tokens[place - 1].attrSet('class', outcome)
        if (outcome === 'none') continue
        const open = new Token('link_open', 'a', 1)
        open.attrSet('href', address)
        cell.children = [open, ...cell.children!, new Token('link_close', 'a', -1)]
      }
    })
  })
}
