// SPDX-License-Identifier: MIT
// session.mjs LAB: the lab that tools/lab/build has put into LAB, without a page. What
// comes in is typed into the reader's terminal, and what that shows goes out.
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { Lab, machine } from '../../docs/.vitepress/theme/lab/lab.mjs'
import { V86 } from '../../docs/node_modules/v86/build/libv86.mjs'

const [directory] = process.argv.slice(2)

function fetchProgram(name) {
  const file = `${directory}/programs/${name}.gz`
  return existsSync(file) ? new Uint8Array(gunzipSync(readFileSync(file))) : null
}

const lab = new Lab(
  new V86({ ...machine(), wasm_path: `${directory}/v86.wasm` }), fetchProgram)
await new Promise((resolve) => lab.emulator.add_listener('emulator-ready', resolve))
lab.listen('reader', (bytes) => process.stdout.write(bytes))
const { screens } = JSON.parse(readFileSync(`${directory}/lab.json`))
await lab.start(Uint8Array.from(readFileSync(`${directory}/state.bin.zst`)).buffer, screens)
process.stdin.on('data', (bytes) => lab.type('reader', bytes.toString().replaceAll('\n', '\r')))
process.stdin.on('end', () => process.exit())
