// SPDX-License-Identifier: MIT
// offline.mjs FILE: packs the site that is built in dist, with its lab, into one file
// that a browser opens without a server. See theme/offline.ts. SITE is another
// directory than dist.
import { build } from 'esbuild'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const dist = process.env.SITE ?? join(here, 'dist')
const read = (file) => readFileSync(join(dist, file), 'utf8')
const index = read('index.html')
const base = /<a class="VPLink link link" href="([^"]*)"/.exec(index)[1] // of the first page

// In the order of the menu.
const menu = [...index.slice(index.indexOf('<aside class="VPSidebar"')).matchAll(
  /<h2 class="text"[^>]*>(.*?)<\/h2>|<a class="VPLink link link" href="([^"]*)"[^>]*>.*?<p class="text"[^>]*>(.*?)<\/p>/g)]
const nameOf = (file) => file.replace(/\.html$/, '').replaceAll('/', '.')
const files = menu.filter(([, , address]) => address)
  .map(([, , address]) => address.slice(base.length) || 'index.html')

function pageOf(file) {
  const html = read(file)
  const title = /<title>(.*?)<\/title>/.exec(html)[1]
  const content = /<main[^>]*>([^]*?)<\/main>/.exec(html)[1].replace(
    / href="([^"]*)"/g, (attribute, href) => {
      if (/^(https?|mailto):/.test(href)) return attribute
      const [path, place] = href.split('#')
      const target = !path ? file : path.startsWith(base) ? path.slice(base.length) || 'index.html'
        : posix.join(posix.dirname(file), path)
      // What is no page is not in here: its text stays.
      if (!files.includes(target)) return ''
      return ` href="#${nameOf(target)}${place ? `/${place}` : ''}"`
    })
  return `<template id="page/${nameOf(file)}" data-title="${title}">${content}</template>\n`
}

async function script() {
  const { outputFiles } = await build({
    entryPoints: [join(here, 'theme/offline.ts')], bundle: true, minify: true, write: false,
    outdir: 'unused', loader: { '.css': 'empty' }, target: 'es2022',
    plugins: [{
      name: 'without-vitepress',
      setup(made) {
        made.onResolve({ filter: /^vitepress$/ }, ({ path }) => ({ path, namespace: 'none' }))
        made.onLoad({ filter: /.*/, namespace: 'none' }, () => ({
          contents: 'export const withBase = (path) => path' }))
      },
    }],
  })
  return outputFiles[0].text.replaceAll('</script', '<\\/script')
}

const lab = ['calls.json', 'lab.json', 'libv86.js', 'state.bin.zst', 'v86.wasm',
  ...readdirSync(join(dist, 'lab/programs')).map((name) => `programs/${name}`)]
const style = readdirSync(join(dist, 'assets')).filter((name) => name.endsWith('.css'))
const links = menu.map(([, group, address, text]) => group ? `<h2>${group}</h2>\n`
  : `<a href="#${nameOf(address.slice(base.length) || 'index.html')}">${text}</a>\n`)

// What the licences ask for goes where the programs go.
const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;')
const licences = readdirSync(join(dist, 'lab/licences')).map((name) =>
  `<details><summary>${name.replace('.txt', '')}</summary><pre>${
    escaped(read(`lab/licences/${name}`))}</pre></details>\n`)
const sources = `<template id="page/sources" data-title="Sources and licences of the lab">
<div class="vp-doc"><h1>Sources and licences of the lab</h1>
<pre>${escaped(read('lab/sources.txt'))}</pre>
<details><summary>kernel.config</summary><pre>${
  escaped(read('lab/kernel.config.txt'))}</pre></details>
${licences.join('')}</div></template>\n`
links.push('<h2>What is in here</h2>\n<a href="#sources">Sources and licences of the lab</a>\n')

writeFileSync(process.argv[2], `<!DOCTYPE html>
<html lang="en" class="js">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Boxstep</title>
<style>
${style.map((name) => read(`assets/${name}`)).join('\n')}
body { display: flex; flex-wrap: wrap; }
:root { --vp-nav-height: 0px; } /* there is none */
.views { top: 0 !important; }
body > details { flex: 0 0 260px; padding: 24px 16px; }
body > details nav { display: flex; flex-direction: column; gap: 6px; font-size: 14px; }
body > details h2 { font-weight: 700; margin-top: 12px; }
body > details [aria-current=page] { color: var(--vp-c-brand-1); font-weight: 600; }
body > main pre { overflow-x: auto; }
body > main { flex: 1 1 0; max-width: 780px; min-width: 0; padding: 24px 40px; }
@media (min-width: 960px) {
  body > details { align-self: flex-start; max-height: 100vh; overflow: auto; position: sticky; top: 0; }
}
@media (min-width: 1200px) {
  .has-lab body > details { display: none; }
  .has-lab body > main { margin-right: 42vw; }
}
@media (max-width: 959px) {
  body { display: block; }
  body > main { padding: 8px 24px; }
}
</style>
<details open><summary>All chapters</summary><nav aria-label="Chapters">
${links.join('')}</nav></details>
<main></main>
${files.map(pageOf).join('')}${sources}
${lab.map((name) => `<script type="text/plain" id="lab/${name}">${
    readFileSync(join(dist, 'lab', name)).toString('base64')}</script>`).join('\n')}
<script>${await script()}</script>
`)
console.log(`${basename(process.argv[2])}: ${files.length} pages and the lab`)
