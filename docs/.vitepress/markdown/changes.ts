// SPDX-License-Identifier: MIT
// "The change" of a chapter, three ways: in pieces, which are explained, as a whole
// diff, and as the whole file, each line of which says what breaks without it.
import type MarkdownIt from 'markdown-it'
import { steps } from '../pages'
import { linkTo, read } from '../repository'
import { framed, highlighted } from './code'
import { chapterOf, type Env, sourceOf } from './env'
import { pageOf } from './links'
import { mutantsOf } from './mutants'

const SECTION = 'The change'
const WHOLE_DIFF = 'The whole diff'
export const WHOLE_FILE = 'the-whole-file'

export function changes(md: MarkdownIt): void {
  md.core.ruler.push('changes', ({ env, tokens, Token }) => {
    const step = chapterOf(env)
    if (env.searching || !steps.includes(step) || sourceOf(env) !== `docs/${step}.md`) return
    const heading = (tag: string, title?: string, after = 0) => tokens.findIndex(
      (token, at) => at > after && token.type === 'heading_open' && token.tag === tag &&
        (title === undefined || tokens[at + 1].content === title))
    const html = (content: string) => {
      const token = new Token('html_block', '', 0)
      token.content = `${content}\n`
      return token
    }
    const start = heading('h2', SECTION)
    if (start === -1) return
    const end = heading('h2', undefined, start)
    const middle = heading('h3', WHOLE_DIFF, start)
    const hasDiff = middle !== -1
    // From the end on, so that the places stay right.
    tokens.splice(end, 0, html(
      `</div><div class="view" data-view="file">${wholeFile(md, step, env)}</div></div>`))
    if (hasDiff) tokens.splice(middle, 0, html('</div><div class="view" data-view="diff">'))
    tokens.splice(start + 3, 0, html(
      `<div class="change">${choice(hasDiff)}<div class="view" data-view="pieces">`))
  })
}

function choice(hasDiff: boolean): string {
  const views = [['pieces', 'pieces'], ['diff', 'whole diff'], ['file', 'whole file']]
  const radios = views.filter(([view]) => hasDiff || view !== 'diff').map(([view, text], at) =>
    `<label><input type="radio" name="view" value="${view}"${at ? '' : ' checked'}>` +
    `<span>${text}</span></label>`)
  return `<fieldset class="views"><legend>Show</legend>${radios.join('')}</fieldset>`
}

// The number of a line is a link to what breaks without it. The theme shows that below
// the line instead.
function wholeFile(md: MarkdownIt, step: string, env: Env): string {
  const path = `steps/${step}/main.cpp`
  const mutants = mutantsOf(step)
  const rows = `${pageOf('docs/mutants.md', env)}#${step}`.replace('.md', '.html')
  const lines = highlighted(md, read(path), 'cpp').map((line, at) => {
    const number = at + 1
    const breaks = mutants.filter((mutant) => mutant.line === number)
    if (breaks.length === 0) {
      return `<span class="number vp-copy-ignore" id="L${number}">${number}</span>${line}\n`
    }
    const said = breaks.map(({ what, said }) =>
      `<span class="break"><span>${md.renderInline(what, env)}</span> ` +
      `<span class="red">${md.renderInline(said, env)}</span></span>`)
    return `<a class="number vp-copy-ignore" id="L${number}" href="${rows}" aria-label="Line ${number}: ` +
      `what breaks without it">${number}</a>` +
      line.replace('class="line', '$& breaks') +
      `\n<span class="broken vp-copy-ignore" hidden>${said.join('')}</span>`
  })
  const title = `<p class="caption"><a href="${linkTo(path)}">${path}</a></p>`
  return `<h3 id="${WHOLE_FILE}" tabindex="-1">The whole file</h3>` +
    '<p class="hint">Click a line that has a coloured number: it says how the tests ' +
    'notice that the line is broken.</p>' +
    framed(title, `<pre class="shiki vp-code" tabindex="0" v-pre><code>${
      lines.join('')}</code></pre>`, 'whole-file')
}
