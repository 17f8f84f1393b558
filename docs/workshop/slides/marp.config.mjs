// SPDX-License-Identifier: MIT
// What tools/sync/sync.py writes beside its tables is not a note for the speaker.
const isForSync = ({ type, content }) =>
  type === 'marpit_comment' && /^(sync: .*|end)$/.test(content.trim())

const withoutSync = (md) =>
  md.core.ruler.before('marpit_collect', 'without_sync', ({ tokens }) => {
    for (let i = tokens.length - 1; i >= 0; i -= 1) {
      if (isForSync(tokens[i])) tokens.splice(i, 1)
      else if (tokens[i].children) {
        tokens[i].children = tokens[i].children.filter((one) => !isForSync(one))
      }
    }
  })

// A slide has no room for the names of files and for line numbers. Of each hunk it
// shows the function, the line before the change, and the change.
const compact = (diff) => {
  const shown = []
  for (const hunk of diff.split(/^@@ [^@]* @@/m).slice(1)) {
    const [head, ...lines] = hunk.trimEnd().split('\n')
    if (head && !shown.some((line) => line.slice(1) === head.slice(1))) {
      shown.push(...(shown.length ? ['', head] : [head]))
    }
    while (lines[0]?.startsWith(' //')) lines.shift()
    while (lines.at(-1)?.startsWith(' ')) lines.pop()
    shown.push(...lines.filter((line) => !line.startsWith(' #')))
  }
  return `${shown.join('\n')}\n`
}

const withCompactDiffs = (md) =>
  md.core.ruler.before('marpit_collect', 'compact_diffs', ({ tokens }) => {
    for (const token of tokens) {
      if (token.type === 'fence' && token.info.startsWith('diff ')) {
        token.content = compact(token.content)
      }
    }
  })

// Code is as large as its slide has room for, in pixels of 1280 by 720. The theme's
// size is the least. A test finds a slide where the code does not fit even so.
const MOST = 34
const fit = (slide) => {
  const fences = slide.filter(({ type }) => type === 'fence')
  const lines = fences.flatMap(({ content }) => content.trimEnd().split('\n'))
  const others = slide.map(({ type, content }, at) => {
    const columns = slide[at - 1]?.tag === 'h1' ? 48 : 80
    return type === 'inline' ? 54 + 38 * Math.floor(content.length / columns) : 0
  })
  const height = 650 - 24 * fences.length - others.reduce((all, one) => all + one, 0)
  const columns = Math.max(...lines.map((line) => line.length))
  const size = Math.floor(Math.min(
    MOST, 1174 / 0.602 / columns, height / 1.28 / lines.length))
  for (const fence of fences) fence.attrSet('style', `--code: ${size}px`)
  const open = slide.find(({ type }) => type === 'marpit_slide_open')
  if (size >= 28) open?.attrJoin('class', 'roomy')
}

const withFittingCode = (md) =>
  md.core.ruler.after('compact_diffs', 'fitting_code', ({ tokens }) => {
    let slide = []
    for (const token of tokens) {
      slide.push(token)
      if (token.type === 'marpit_slide_close') {
        fit(slide)
        slide = []
      }
    }
  })

export default {
  engine: ({ marp }) =>
    marp.use(withoutSync).use(withCompactDiffs).use(withFittingCode),
  options: { markdown: { breaks: false } },
  themeSet: 'theme.css',
  allowLocalFiles: true,
}
