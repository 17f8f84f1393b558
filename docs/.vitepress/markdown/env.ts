// SPDX-License-Identifier: MIT
import { inRepository } from '../repository'

// What VitePress tells a plugin of the page; nothing, of a title.
export interface Env {
  path?: string
  realPath?: string
  relativePath: string
  searching?: boolean // for the index of the search, not for a page
}

// Of its Markdown, from the top of the repository: docs/00-process.md
export const sourceOf = (env: Env): string => inRepository(env.realPath ?? env.path ?? '')

// The step that it is the chapter of, if it is one.
export const chapterOf = (env: Env): string =>
  sourceOf(env).replace(/^docs\//, '').replace(/\.md$/, '')

export const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;').replace(/'/g, '&#39;')
