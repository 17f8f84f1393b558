// SPDX-License-Identifier: MIT
// Links of the pages lead to what is there, anchors included. VitePress looks for pages
// alone.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import type { SiteConfig } from 'vitepress'
import { pages } from './pages'

export function checkLinks({ outDir, pages: made, rewrites, site }: SiteConfig): void {
  const missing = made.map((page) => rewrites.inv[page] ?? page)
    .filter((page) => !pages.includes(page))
  if (missing.length > 0) throw new Error(`in no list of pages.ts: ${missing}`)
  const html = new Map<string, string>()
  const read = (page: string) => {
    if (!html.has(page)) html.set(page, readFileSync(join(outDir, page), 'utf8'))
    return html.get(page)!
  }
  const dead = new Set<string>()
  for (const page of made.map((one) => (rewrites.map[one] ?? one).replace(/\.md$/, '.html'))) {
    for (const [, href] of read(page).matchAll(/<a\b[^>]*? href="([^"]*)"/g)) {
      if (/^(https?|mailto):/.test(href)) continue
      const [path, anchor] = href.split('#').map(decodeURI)
      const target = path.startsWith(site.base) ? path.slice(site.base.length)
        : path ? posix.join(dirname(page), path) : page
      const file = /(^|\/)$/.test(target) ? `${target}index.html`
        : /\.\w+$/.test(target) ? target : `${target}.html`
      const isDead = !existsSync(join(outDir, file)) || anchor &&
        !read(file).includes(` id="${anchor}"`)
      if (isDead) dead.add(`${page}: ${href}`)
    }
  }
  if (dead.size > 0) throw new Error(`dead links:\n${[...dead].join('\n')}`)
}
