// SPDX-License-Identifier: MIT
import type { MarkdownOptions } from 'vitepress'
import { changes } from './changes'
import { code } from './code'
import { links } from './links'
import { manPages } from './man-pages'
import { matrix } from './matrix'
import { mutants } from './mutants'

export const markdown: MarkdownOptions = {
  theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  languageAlias: { console: 'text' },
  anchor: { slugify },
  config(md) {
    md.use(changes).use(code).use(links).use(manPages).use(matrix).use(mutants)
  },
}

// As GitHub does it, and tools/sync/document.py.
function slugify(heading: string): string {
  return heading.trim().toLowerCase().replace(/[^\p{L}\p{M}\p{N}_\- ]/gu, '')
    .replace(/ /g, '-')
}
