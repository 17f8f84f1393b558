// SPDX-License-Identifier: MIT
// The site: VitePress over the documents as they are. The Markdown has nothing in it
// that is only for the site; markdown/ and theme/ make of it what a page has more.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import type { Plugin } from 'vite'
import { checkLinks } from './check-links'
import { markdown } from './markdown'
import { pages, rewrite, sidebar } from './pages'
import { address, copySources } from './repository'

const here = fileURLToPath(import.meta.url)
const icon = 'data:image/svg+xml,' + encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="3" y="3" ' +
  'width="26" height="26" rx="4" fill="none" stroke="#b45309" stroke-width="4"/>' +
  '<rect x="11" y="11" width="10" height="10" rx="2" fill="#1d4ed8"/></svg>')

// Pages at the top of the repository need Vue as well, which is installed below docs/.
const packagesForAll: Plugin = {
  name: 'packages-for-all',
  enforce: 'pre',
  resolveId(id, importer) {
    return /^vue(\/|$)/.test(id) && importer?.endsWith('.md')
      ? this.resolve(id, here) : undefined
  },
}

export default defineConfig({
  title: 'Boxstep',
  description: 'Build a small Linux container runtime in C++20, step by step.',
  lang: 'en',
  base: process.env.BOXSTEP_SITE_BASE ?? '/',
  srcDir: '..',
  srcExclude: [
    '!(docs)/*/**',
    '!(README|CONTRIBUTING|CHANGELOG).md',
    'docs/{exercises,workshop/slides,workshop/hints}/**',
  ],
  rewrites: rewrite,
  // All pages are linked from every page: that would load them all.
  router: { prefetchLinks: false },
  head: [
    ['link', { rel: 'icon', href: icon }],
    ['script', {}, "document.documentElement.classList.add('js')"],
  ],
  markdown,
  themeConfig: {
    siteTitle: 'Boxstep',
    sidebar,
    outline: { level: [2, 3], label: 'On this page' },
    search: {
      provider: 'local',
      options: {
        _render: (source, env, md) => md.render(source, Object.assign(env, { searching: true })),
      },
    },
    socialLinks: address ? [{ icon: 'github', link: address, ariaLabel: 'The repository' }] : [],
  },
  vite: {
    publicDir: fileURLToPath(new URL('public', import.meta.url)),
    plugins: [packagesForAll],
  },
  transformPageData(page) {
    // Its tables need the room.
    if (page.filePath === 'docs/matrix.md') page.frontmatter.aside = false
  },
  buildEnd(site) {
    copySources(site.outDir)
    checkLinks(site)
  },
})
