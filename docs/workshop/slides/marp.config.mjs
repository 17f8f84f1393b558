// SPDX-License-Identifier: MIT
// What tools/sync/sync.py writes beside its tables is no note for the speaker.
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

export default {
  engine: ({ marp }) => marp.use(withoutSync),
  options: { markdown: { breaks: false } },
  themeSet: 'theme.css',
  allowLocalFiles: true,
}
