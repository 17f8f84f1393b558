// SPDX-License-Identifier: MIT
// Opens the built site in Chromium, as readers do: on a screen and on a telephone, in
// light and dark, by keyboard, and without JavaScript.
//     CHROME_PATH=/usr/bin/chromium node .vitepress/test.mjs [CHECK...]
// Prints a line a check, and figures. CHECK is a part of a name: only these. Pictures
// of all that is judged by eye go to the directory SCREENSHOTS, if it is set. SITE is
// another directory than dist.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const MOST_BYTES = 300_000 // of a page without the lab, compressed
const MOST_SECONDS = 1 // to the first text: 10 Mbit/s, a processor four times slower
const PHONE = { width: 360, height: 740 }
const SCREEN = { width: 1280, height: 900 }

const site = process.env.SITE ?? fileURLToPath(new URL('dist', import.meta.url))
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const only = process.argv.slice(2)
const screenshots = process.env.SCREENSHOTS
const pages = Object.keys(JSON.parse(readFileSync(join(site, 'hashmap.json'), 'utf8')))
  .map((page) => page.replace(/_/g, '/').replace(/\.md$/, '.html'))
let failed = 0

// ---- the site, served as a host of static pages does

const TYPES = { css: 'text/css', html: 'text/html', js: 'text/javascript', svg: 'image/svg+xml' }

const server = createServer(({ url }, response) => {
  const path = decodeURI(new URL(url, 'http://site').pathname).replace(/\/$/, '/index.html')
  const type = TYPES[path.split('.').pop()] ?? 'application/octet-stream'
  try {
    const body = gzipSync(readFileSync(join(site, path)))
    response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip' }).end(body)
  } catch {
    response.writeHead(404).end()
  }
})
await new Promise((resolve) => server.listen(0, 'localhost', resolve))
const address = `http://localhost:${server.address().port}`

// ---- a browser

const browser = await chromium.launch({
  executablePath: process.env.CHROME_PATH,
  args: ['--no-sandbox'], // CI is root
})

async function open(path, { viewport = SCREEN, ...options } = {}) {
  const context = await browser.newContext({
    baseURL: address, viewport, permissions: ['clipboard-read', 'clipboard-write'], ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000) // of a busy machine
  const errors = []
  page.on('console', (said) => ['error', 'warning'].includes(said.type()) && errors.push(said.text()))
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(path)
  if (options.javaScriptEnabled !== false && path !== 'about:blank') {
    await page.waitForFunction(() => document.querySelector('#app')?.__vue_app__)
  }
  return Object.assign(page, { errors })
}

async function check(name, act) {
  if (only.length > 0 && !only.some((part) => name.includes(part))) return
  let problem = ''
  try {
    problem = await act() ?? ''
  } catch (error) {
    problem = error.message
  }
  for (const context of browser.contexts()) await context.close()
  failed += Number(problem !== '')
  console.log(`${problem ? 'FAILED' : 'ok'}: ${name}${problem && `: ${problem}`}`)
}

const equal = (is, wanted) => JSON.stringify(is) === JSON.stringify(wanted) ? ''
  : `${JSON.stringify(is)}, not ${JSON.stringify(wanted)}`

const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText())

// ---- what a reader does

await check('next leads through the chapters, and previous back', async () => {
  const page = await open('/')
  const seen = []
  const here = () => new URL(page.url()).pathname
  const follow = async (which) => {
    const before = here()
    await page.locator(`.pager-link.${which}`).click()
    await page.waitForFunction((path) => location.pathname !== path, before)
    await page.waitForFunction(() => document.querySelector('.pager-link'))
  }
  for (let n = 0; n < 9; n += 1) {
    await follow('next')
    seen.push(here().slice(1).replace('.html', ''))
  }
  await follow('prev')
  return equal([...seen, here()], [
    'setup', '00-process', '01-uts', '02-chroot', '03-pid-mount', '04-cgroups', 'reveal',
    '05-pivot-root', '06-inherited', '/05-pivot-root.html']) || page.errors.join('\n')
})

await check('the search finds pivot_root, by keyboard', async () => {
  const page = await open('/')
  await page.keyboard.press('Control+k')
  await page.locator('#localsearch-input').fill('pivot_root')
  await page.locator('.result').first().waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(/05-pivot-root/)
  return page.errors.join('\n')
})

await check('a copied transcript is what is typed', async () => {
  const page = await open('/03-pid-mount.html')
  const transcript = page.locator('.console', { hasText: 'Error, do this' })
  await transcript.locator('.console-copy').click()
  return equal(await clipboard(page), [
    'sleep 1000 &',
    'sudo build/steps/02-chroot run --quiet /bin/bash',
    'ps',
    'mount -t proc proc /proc',
    "pgrep -xf 'sleep 1000'",
    "kill $(pgrep -xf 'sleep 1000')",
    'exit',
    'grep rootfs /proc/mounts',
    'sudo umount rootfs/proc',
    ''].join('\n')) || equal(
    await transcript.locator('.console-run').isVisible(), existsSync(join(site, 'lab/ready')))
})

await check('lines after a > belong to the command before them', async () => {
  const page = await open('/10-seccomp.html')
  const commands = await page.locator('.console').evaluateAll((all) =>
    all.flatMap(({ dataset }) => JSON.parse(dataset.commands)))
  const found = commands.find((command) => command.includes('TIOCSTI'))
  return /^\S.*<<.*END\S*\n#include[^]*\n}\nEND$/.test(found) ? '' : found
})

await check('a copied diff is the new code', async () => {
  const page = await open('/01-uts.html')
  await page.locator('.views input[value=diff]').check({ force: true })
  const diff = page.locator('.view:visible .has-diff')
  await diff.hover()
  await diff.locator('button.copy').click()
  const lines = (await clipboard(page)).split('\n')
  return equal(lines.filter((line) => /^[-+@]|Step 0|kCloneFlags =$/.test(line)),
    ['// Step 01: the container has its own hostname', 'constexpr int kCloneFlags ='])
})

await check('a copied file is the file', async () => {
  const page = await open('/04-cgroups.html')
  await page.locator('.views input[value=file]').check({ force: true })
  await page.locator('.line.breaks').first().click()
  await page.locator('.whole-file').hover({ position: { x: 5, y: 5 } })
  await page.locator('.whole-file button.copy').click()
  const file = readFileSync(new URL('../../steps/04-cgroups/main.cpp', import.meta.url), 'utf8')
  const copied = (await clipboard(page)).split('\n')
  return equal(copied.filter((line, at) => line !== file.split('\n')[at]), []) ||
    equal(copied.length, file.split('\n').length)
})

await check('the change has three views, and links open theirs', async () => {
  const page = await open('/03-pid-mount.html')
  const shown = () => page.locator('.view:visible').evaluateAll((all) =>
    all.map(({ dataset }) => dataset.view))
  const seen = [...await shown()]
  await page.locator('.views input').first().focus()
  for (let n = 0; n < 2; n += 1) {
    await page.keyboard.press('ArrowRight')
    seen.push(...await shown())
  }
  await page.evaluate(() => {
    location.hash = '#mount_proc'
  })
  await page.locator('#mount_proc').waitFor()
  return equal([...seen, ...await shown()], ['pieces', 'diff', 'file', 'pieces'])
})

await check('a line of a step says what breaks without it', async () => {
  const page = await open('/03-pid-mount.html')
  await page.locator('.views input[value=file]').check({ force: true })
  const line = page.locator('.line.breaks', { hasText: 'make_mounts_private();' })
  const number = line.locator('xpath=preceding-sibling::a[1]')
  const broken = line.locator('xpath=following-sibling::span[1]')
  const before = await broken.isVisible()
  await line.click()
  const said = await broken.innerText()
  await number.focus()
  const after = []
  for (const act of [
    () => page.keyboard.press('Space'), () => page.keyboard.press('Enter'), () => number.click(),
  ]) {
    await act()
    after.push(await broken.isVisible(), await number.getAttribute('aria-expanded'))
  }
  return equal([before, ...after], [false, false, 'false', true, 'true', false, 'false']) ||
    (/delete make_mounts_private.*MountNamespace\./s.test(said) ? '' : said)
})

await check('a row of the mutants leads to its line', async () => {
  const page = await open('/mutants.html')
  await page.locator('tr', { hasText: 'delete CLONE_NEWPID' }).first().locator('a').first().click()
  await page.waitForURL(/03-pid-mount.*#L\d+/)
  const text = await page.locator('.broken:visible').innerText()
  return /delete CLONE_NEWPID/.test(text) ? '' : text
})

await check('the matrix shows one step, and what is open on it', async () => {
  const page = await open('/matrix.html')
  const found = () => page.locator('.filter output').innerText()
  const all = await found()
  await page.locator('.filter [name=step]').selectOption('02-chroot')
  const headings = await page.locator('.matrix th:not([scope]):visible').allInnerTexts()
  const sections = await page.locator('.vp-doc h2:visible').allInnerTexts()
  await page.locator('.filter [name=outcome]').selectOption('held')
  const held = await page.locator('.matrix tbody tr:visible').count()
  const link = await page.locator('tr', { hasText: 'absolute-path' }).first()
    .locator('td.held a').first().getAttribute('href')
  return equal(headings.map((one) => one.replace(/\s+/g, ' ')),
    ['Attack', 'What it tries', '02-chroot']) ||
    equal(sections.filter((one) => /Part Two|Beside/.test(one)), []) ||
    equal(await found(), `${held} attacks`) ||
    (Number.parseInt(all) > 2 * held && held > 0 ? '' : `${all}, ${held} held`) ||
    (/tests\/attacks\/files\.cpp/.test(link) ? '' : link)
})

await check('manual pages lead to their text', async () => {
  const page = await open('/03-pid-mount.html')
  const links = await page.locator('a', { hasText: 'mount_namespaces(7)' }).evaluateAll(
    (all) => all.map(({ href, closest }) => href))
  return equal([...new Set(links)],
    ['https://man7.org/linux/man-pages/man7/mount_namespaces.7.html']) ||
    (links.length > 2 ? '' : `${links.length} links`)
})

// ---- each page

const findings = new Map()
const examine = async (page, path, mode) => {
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => window.axe.run(document, {
    resultTypes: ['violations'] }))
  for (const { id, impact, nodes } of violations) {
    if (!['serious', 'critical'].includes(impact)) continue
    findings.set(`${id}, ${impact}: ${nodes[0].html.slice(0, 160)}`,
      `${path}, ${mode}, ${nodes.length}: ${nodes[0].any[0]?.message}`)
  }
}

await check('no page has an error, a dead picture, or a line wider than a telephone', async () => {
  const problems = []
  for (const path of pages) {
    const page = await open(`/${path}`, { viewport: PHONE })
    const { width, dead } = await page.evaluate(() => ({
      width: document.documentElement.scrollWidth,
      dead: [...document.images].filter((image) => image.complete && !image.naturalWidth).length,
    }))
    if (page.errors.length > 0) problems.push(`${path}: ${page.errors[0]}`)
    if (width > PHONE.width) problems.push(`${path}: ${width} pixels wide`)
    if (dead > 0) problems.push(`${path}: ${dead} dead pictures`)
    await page.context().close()
  }
  return problems.join('\n')
})

await check('axe finds nothing serious', async () => {
  for (const [path, mode, options] of [
    ['', 'light', {}], ['03-pid-mount.html', 'light', {}],
    ['03-pid-mount.html', 'dark', { colorScheme: 'dark' }],
    ['04-cgroups.html', 'telephone', { viewport: PHONE }],
    ['matrix.html', 'light', {}], ['matrix.html', 'dark', { colorScheme: 'dark' }],
    ['mutants.html', 'light', {}], ['10-seccomp.html', 'dark', { colorScheme: 'dark' }],
  ]) {
    const page = await open(`/${path}`, options)
    await examine(page, path || 'index.html', mode)
    if (path.startsWith('03')) {
      await page.locator('.views input[value=file]').check({ force: true })
      await page.locator('.line.breaks').first().click()
      await examine(page, path, `${mode}, the whole file`)
    }
    await page.context().close()
  }
  return [...findings].map((one) => one.join(' -- ')).join('\n')
})

await check('without JavaScript it is a document', async () => {
  const page = await open('/03-pid-mount.html', { javaScriptEnabled: false })
  const isShown = (selector) => page.locator(selector).first().isVisible()
  const shown = ['#goal', '#mount_proc', '#the-whole-diff', '#the-whole-file', 'summary',
    'nav a[href$="04-cgroups.html"]', '.console kbd']
  const hidden = ['.views', '.console-copy', 'button.copy', '.VPNavBarSearch', '.hint']
  const wrong = []
  for (const one of shown) if (!await isShown(one)) wrong.push(`not shown: ${one}`)
  for (const one of hidden) if (await isShown(one)) wrong.push(`shown: ${one}`)
  await page.locator('.pager-link.next').click()
  await page.waitForURL(/04-cgroups/)
  return wrong.join(', ')
})

// ---- figures

await check('every page is small', async () => {
  const problems = []
  for (const path of pages) {
    const page = await open('about:blank')
    const bytes = await transferred(page, () => page.goto(`/${path}`, { waitUntil: 'networkidle' }))
    console.log(`  ${path}: ${Math.round(bytes / 1000)} kB`)
    if (bytes > MOST_BYTES) problems.push(`${path}: ${bytes} bytes`)
    await page.context().close()
  }
  return problems.join(', ')
})

async function transferred(page, act) {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.enable')
  let bytes = 0
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength
  })
  await act()
  return bytes
}

await check('text is soon there', async () => {
  const problems = []
  for (const path of ['index.html', '03-pid-mount.html', 'matrix.html']) {
    const times = []
    // Another program may have had the processor.
    while (times.length < 5 && !times.some((one) => one <= MOST_SECONDS)) {
      times.push(await firstText(path))
    }
    const best = Math.min(...times)
    console.log(`  ${path}: first text after ${best.toFixed(2)} s`)
    if (best > MOST_SECONDS) problems.push(`${path}: ${best.toFixed(2)} s`)
  }
  return problems.join(', ')
})

async function firstText(path) {
  const page = await open('about:blank')
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.enable')
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false, latency: 20, downloadThroughput: 10e6 / 8, uploadThroughput: 10e6 / 8 })
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  await page.goto(`/${path}`)
  const milliseconds = await page.evaluate(() => new Promise((resolve) => {
    new PerformanceObserver((list) => {
      const [first] = list.getEntriesByName('first-contentful-paint')
      if (first) resolve(first.startTime)
    }).observe({ type: 'paint', buffered: true })
  }))
  await page.context().close()
  return milliseconds / 1000
}

// ---- to be looked at

if (screenshots) {
  for (const [name, options] of Object.entries({
    light: {}, dark: { colorScheme: 'dark' }, phone: { viewport: PHONE } })) {
    for (const [path, at, view] of [
      ['index', 0], ['03-pid-mount', 0], ['03-pid-mount', '#the-change'],
      ['03-pid-mount', '#the-change', 'diff'], ['03-pid-mount', '#the-change', 'file'],
      ['06-inherited', '.picture'], ['04-cgroups', '.picture'], ['matrix', '#the-matrix'],
      ['mutants', 0]]) {
      const page = await open(`/${path}.html`, options)
      if (view) await page.locator(`.views input[value=${view}]`).check({ force: true })
      if (view === 'file') await page.locator('.line.breaks').first().click()
      const first = view === 'file' ? '.broken:not([hidden])' : at
      if (first) {
        await page.locator(first).first().evaluate((element) => element.scrollIntoView())
        await page.evaluate(() => scrollBy(0, -200))
      }
      await page.waitForTimeout(500)
      await page.screenshot({ path: join(screenshots, `${name}-${path}-${view ?? (at || 'top')}.png`.replace(/#|\.(?!png)/g, '')) })
      await page.context().close()
    }
  }
}

await browser.close()
server.close()
console.log(`${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
