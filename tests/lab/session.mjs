// SPDX-License-Identifier: MIT
// session.mjs LAB: what comes in is typed into the lab's terminal, and what that shows
// goes out.
import { start } from '../../tools/lab/start.mjs'

const lab = await start(process.argv[2], (name, bytes) =>
  name === 'reader' && process.stdout.write(bytes))
// One line at a time: the next one comes when there is a prompt.
process.stdin.on('data', (bytes) => lab.enter('reader', bytes.toString().replace(/\n$/, '')))
process.stdin.on('end', () => process.exit())
