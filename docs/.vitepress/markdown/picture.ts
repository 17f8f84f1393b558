// SPDX-License-Identifier: MIT
// Draws what is ```mermaid in a document. Its colours are those of the theme.
import { renderMermaidSVG } from 'beautiful-mermaid'
import { escaped } from './env'

export function picture(source: string): string {
  const title = /^ *accTitle: *(.*)$/m.exec(source)![1]
  const text = inOrder(source.replace(/^ *acc(Title|Descr):.*\n/gm, ''))
    // What it does not know: a cross at the end of a line.
    .replace(/--x /g, '--> ')
  const svg = renderMermaidSVG(text, { transparent: true })
    .replace(/<style>[^]*?<\/style>/, '').replace(/ style="[^"]*"/, '')
    .replace('<svg', '<svg aria-hidden="true"')
  if (/^flowchart/.test(text)) check(text, svg)
  return `<figure class="picture" role="img" aria-label="${escaped(title)}" tabindex="0">` +
    `${crossed(svg, source)}</figure>\n`
}

// Groups that nothing links stand side by side: the last one is at the left, as on
// GitHub.
function inOrder(text: string): string {
  const group = /^ *subgraph [^]*?^ *end\n/gm
  const between = text.replace(group, '').split('\n').slice(1).some((line) => line.trim())
  if (between) return text
  const groups = text.match(group) ?? []
  return text.split('\n')[0] + '\n' + groups.reverse().join('')
}

// Whatever it does not understand, it leaves out.
function check(text: string, svg: string): void {
  const wanted = text.match(/(?:-->|\.->)/g)?.length ?? 0
  const drawn = svg.match(/class="edge"/g)?.length ?? 0
  if (wanted !== drawn) throw new Error(`${drawn} of ${wanted} lines drawn:\n${text}`)
}

function crossed(svg: string, source: string): string {
  const ends = [...source.matchAll(/^ *(\w+).*--x (\w+)/gm)]
  return ends.reduce((drawn, [, from, to]) => drawn.replace(
    new RegExp(`(data-from="${from}" data-to="${to}"[^>]*?) marker-end="[^"]*"`),
    '$1 marker-end="url(#cross)"'), svg)
    .replace('<defs>', '<defs><marker id="cross" viewBox="0 0 10 10" refX="5" refY="5" ' +
      'markerWidth="10" markerHeight="10"><path d="M1,1L9,9M9,1L1,9"/></marker>')
}
