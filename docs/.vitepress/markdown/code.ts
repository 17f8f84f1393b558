// SPDX-License-Identifier: MIT
// Code and transcripts: what stands between fences.
import type MarkdownIt from 'markdown-it'
import { address, linkTo, read } from '../repository'
import { chapterOf, escaped } from './env'
import { withManPages } from './man-pages'
import { picture } from './picture'

// The same as in tools/sync/transcript.py.
const PROMPT = /^(?:\$ |[\w.-]+@[\w.-]+:\S*[#$] |guest# |# |> )/
// In the README, which is not a page of the repository here.
const PLACEHOLDER = '<the address of this page>'

export function code(md: MarkdownIt): void {
  const fence = md.renderer.rules.fence!
  md.renderer.rules.fence = (tokens, at, options, env, self) => {
    const token = tokens[at]
    const [language, ...source] = token.info.split(/\s+/)
    token.content = token.content.replace(
      PLACEHOLDER, address ?? '<the address of the repository>')
    if (env.searching) return `<pre>${escaped(token.content)}</pre>`
    if (language === 'console') return transcript(token.content, chapterOf(env), source)
    if (language === 'mermaid') return picture(token.content)
    if (language === 'diff') return diff(md, token.content, source)
    if (language === 'cpp') {
      return framed(caption(source, token.content),
        pre(highlighted(md, token.content, 'cpp').join('\n')))
    }
    return fence(tokens, at, options, env, self)
  }
}

// ---- C++

// Of each line the HTML within <span class="line">.
export function highlighted(md: MarkdownIt, text: string, language: string): string[] {
  const html = md.options.highlight!(text.trimEnd(), language, '')
  const lines = /<code>([^]*)<\/code>/.exec(html)![1].split('\n')
  return lines.map((line) => withManPages(line))
}

const pre = (lines: string): string =>
  `<pre class="shiki vp-code" tabindex="0" v-pre><code>${lines}</code></pre>`

export const framed = (title: string, body: string, classes = ''): string =>
  // In this order for VitePress, which makes the button copy.
  `<div class="language-cpp vp-adaptive-theme ${classes}">${title}` +
  '<button title="Copy code" class="copy"></button><span class="lang"></span>' +
  `${body}</div>\n`

function caption([path, name]: string[], text: string): string {
  if (!path) return ''
  const lines = read(path).split('\n')
  const wanted = text.trimEnd().split('\n')
  const first = lines.findIndex((_, at) => wanted.every((line, n) => line === lines[at + n]))
  const place = linkTo(path, [first + 1, first + wanted.length])
  return `<p class="caption"><a href="${place}">${path}</a>${name ? ` ${name}` : ''}</p>`
}

// ---- diffs

const KINDS: Record<string, string> = { '+': ' diff add', '-': ' diff remove' }

function diff(md: MarkdownIt, text: string, [from, to, ...names]: string[]): string {
  const lines = text.trimEnd().split('\n')
    .filter((line, at) => !/^(---|\+\+\+) /.test(line) && !(at === 2 && /@@$/.test(line)))
  const code = highlighted(
    md, lines.map((line) => line[0] === '@' ? '//' : line.slice(1)).join('\n'), 'cpp')
  const html = lines.map((line, at) => {
    if (line[0] !== '@') return code[at].replace('class="line', `$&${KINDS[line[0]] ?? ''}`)
    const [, place, inside] = /^@@ (.*) @@ ?(.*)$/.exec(line)!
    return `<span class="line hunk vp-copy-ignore" title="${place}">${escaped(inside)}</span>`
  })
  const title = to ? `${from} → ${to} ${names.join(' ')}` : from ?? ''
  return framed(`<p class="caption">${title}</p>`, pre(html.join('\n')), 'has-diff')
}

// ---- transcripts

function transcript(text: string, chapter: string, [kind]: string[]): string {
  const commands: string[] = []
  const lines = text.trimEnd().split('\n').map((line) => {
    const prompt = PROMPT.exec(line)?.[0]
    if (prompt === undefined) return escaped(line)
    const typed = line.slice(prompt.length)
    if (prompt === '> ') commands.push(`${commands.pop()}\n${typed}`)
    else commands.push(typed)
    return `<span class="prompt">${escaped(prompt)}</span><kbd>${escaped(typed)}</kbd>`
  })
  return `<div class="console" data-commands="${escaped(JSON.stringify(commands))}" ` +
    `data-chapter="${chapter}" data-prompt="${PROMPT.exec(text)?.[0] ?? ''}">` +
    '<div class="console-bar"><button type="button" class="console-copy">Copy</button>' +
    (kind === 'not-run:' ? ''
      : '<button type="button" class="console-run" hidden>Run</button>') + '</div>' +
    `<pre tabindex="0" v-pre><code>${lines.join('\n')}</code></pre></div>\n`
}
