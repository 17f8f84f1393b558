// SPDX-License-Identifier: MIT
// Renders a deck in Chromium, and says what does not fit on its slides, cannot be
// read from the last row, or is not there.
//     CHROME_PATH=/usr/bin/chromium node test.mjs [slides.md]
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import puppeteer from 'puppeteer-core'

const FOOTER = 44 // what the theme keeps free for it, of 720
const SMALLEST = 20 // for any text
const SMALLEST_CODE = 24
const ON_PAPER = 13 // 10 points: of the sheet

const here = dirname(fileURLToPath(import.meta.url))
const deck = resolve(process.argv[2] ?? join(here, 'slides.md'))
// Beside its source, as that is where its pictures are looked for.
const page = join(dirname(deck), `.${basename(deck, '.md')}.test.html`)

// In the page. Pixels are those of a slide, whatever it is scaled to.
function findProblems(footer, smallest, smallestCode, onPaper) {
  const problems = []
  const sizeOf = (element) => parseFloat(getComputedStyle(element).fontSize)
  const ownText = (element) => [...element.childNodes].some(
    ({ nodeType, data }) => nodeType === Node.TEXT_NODE && data.trim())
  for (const [index, slide] of [...document.querySelectorAll('section')].entries()) {
    const isPaper = slide.classList.contains('sheet')
    const code = Math.min(...[...slide.querySelectorAll('pre code')].map(sizeOf))
    const frame = slide.getBoundingClientRect()
    const scale = slide.clientWidth / frame.width
    const says = (what, element) =>
      problems.push(`slide ${index + 1}: ${what}: ${
        (element.textContent || element.alt || element.src || element.tagName).trim().slice(0, 60)}`)
    for (const element of slide.querySelectorAll('*')) {
      if (element.closest('footer')) continue
      const box = element.getBoundingClientRect()
      const right = (box.right - frame.left) * scale
      const bottom = (box.bottom - frame.top) * scale
      if (right > slide.clientWidth + 1 || element.scrollWidth > element.clientWidth + 1 &&
          element.clientWidth > 0) {
        says('too wide', element)
      } else if (bottom > slide.clientHeight - (isPaper ? 36 : footer)) {
        says('too long', element)
      }
      const isCode = element.closest('pre') !== null
      const least = isPaper ? onPaper : isCode ? smallestCode : smallest
      if (sizeOf(element) < least) {
        says('too small', element)
      }
      if (!isPaper && !isCode && !element.closest('h1, h2') && ownText(element) &&
          sizeOf(element) > code) {
        says('larger than the code', element)
      }
      if (element.tagName === 'IMG' && element.naturalWidth === 0) {
        says('no picture', element)
      }
    }
  }
  return [document.querySelectorAll('section').length, problems]
}

async function main() {
  execFileSync(process.execPath, [
    join(here, 'node_modules/@marp-team/marp-cli/marp-cli.js'),
    '--config-file', join(here, 'marp.config.mjs'),
    '--template', 'bare', deck, '--output', page,
  ], { stdio: ['ignore', 'ignore', 'inherit'], cwd: here })
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROME_PATH,
    args: ['--no-sandbox', '--allow-file-access-from-files'], // CI is root
  })
  try {
    const tab = await browser.newPage()
    await tab.setViewport({ width: 1280, height: 720 })
    await tab.goto(pathToFileURL(page), { waitUntil: 'load' })
    const [slides, problems] = await tab.evaluate(
      findProblems, FOOTER, SMALLEST, SMALLEST_CODE, ON_PAPER)
    for (const problem of problems) console.log(problem)
    console.log(`${slides} slides, ${problems.length} problems`)
    return slides > 0 && problems.length === 0 ? 0 : 1
  } finally {
    await browser.close()
  }
}

try {
  process.exitCode = await main()
} finally {
  rmSync(page, { force: true })
}
