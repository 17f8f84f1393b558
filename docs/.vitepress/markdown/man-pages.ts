// SPDX-License-Identifier: MIT
// What looks like mount(2) and is a manual page leads to its text.
import type MarkdownIt from 'markdown-it'
import { read } from '../repository'

const PAGE = /\b([A-Za-z_][\w.-]*)\(([1-8])\)/g
const known = new Set(read('tools/sync/known.txt').match(PAGE))

const addressOf = (name: string, section: string): string =>
  `https://man7.org/linux/man-pages/man${section}/${name}.${section}.html`

// In HTML, outside of its tags.
export const withManPages = (html: string): string =>
  html.replace(PAGE, (page, name, section) =>
    known.has(page) ? `<a href="${addressOf(name, section)}">${page}</a>` : page)

export function manPages(md: MarkdownIt): void {
  md.core.ruler.push('man_pages', ({ tokens, Token }) => {
    for (const inline of tokens.filter(({ children }) => children)) {
      let depth = 0
      inline.children = inline.children!.flatMap((token) => {
        depth += Number(token.type === 'link_open') - Number(token.type === 'link_close')
        if (token.type !== 'text' || depth > 0) return token
        const parts = []
        let end = 0
        const text = (content: string) => {
          const part = new Token('text', '', 0)
          part.content = content
          return part
        }
        for (const found of token.content.matchAll(PAGE)) {
          if (!known.has(found[0])) continue
          const open = new Token('link_open', 'a', 1)
          open.attrSet('href', addressOf(found[1], found[2]))
          parts.push(text(token.content.slice(end, found.index)), open,
            text(found[0]), new Token('link_close', 'a', -1))
          end = found.index! + found[0].length
        }
        return [...parts, text(token.content.slice(end))]
      })
    }
  })
}
