// SPDX-License-Identifier: MIT
// session.mjs LAB: what comes in is typed into the lab's terminal, and what that shows
// goes out.
import { start } from './start.mjs'

const lab = await start(process.argv[2], (name, bytes) =>
  name === 'reader' && process.stdout.write(bytes))
process.stdin.on('data', (bytes) => lab.type('reader', bytes.toString().replaceAll('\n', '\r')))
process.stdin.on('end', () => process.exit())
