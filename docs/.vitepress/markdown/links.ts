// SPDX-License-Identifier: MIT
// Links are right between the files. Here they lead to the page of a document, and to
// the repository for everything else.
import { dirname, posix } from 'node:path'
import type MarkdownIt from 'markdown-it'
import { pages, rewrite } from '../pages'
import { linkTo } from '../repository'
import { type Env, sourceOf } from './env'

export function links(md: MarkdownIt): void {
  md.core.ruler.push('links', ({ env, tokens }) => {
    for (const { children } of tokens) {
      for (const token of children ?? []) {
        const href = token.type === 'link_open' ? token.attrGet('href')! : '#'
        if (!/^(#|https?:)/.test(href)) token.attrSet('href', onSite(href, env))
      }
    }
  })
}

function onSite(href: string, env: Env): string {
  const [path, anchor] = href.split('#')
  const target = posix.join(dirname(sourceOf(env)), decodeURI(path))
  if (!pages.includes(target)) return linkTo(target)
  return pageOf(target, env) + (anchor ? `#${anchor}` : '')
}

export const pageOf = (target: string, env: Env): string =>
  './' + posix.relative(dirname(env.relativePath), rewrite(target))
