// SPDX-License-Identifier: MIT
// start(LAB): the lab that tools/lab/build has put into LAB, without a page.
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { Lab, machine } from '../../docs/.vitepress/theme/lab/lab.mjs'
import { unpack } from '../../docs/.vitepress/theme/lab/unpack.mjs'
import { V86 } from '../../docs/node_modules/v86/build/libv86.mjs'

export async function start(directory, listen = () => {}) {
  const fetchProgram = (name) => {
    const file = `${directory}/programs/${name}.gz`
    return existsSync(file) ? new Uint8Array(gunzipSync(readFileSync(file))) : null
  }
  const wasm = await WebAssembly.compile(readFileSync(`${directory}/v86.wasm`))
  const emulator = new V86(machine(wasm))
  const lab = new Lab(emulator, fetchProgram)
  await new Promise((resolve) => emulator.add_listener('emulator-ready', resolve))
  for (const name of ['reader', 'host']) {
    lab.listen(name, (bytes) => listen(name, bytes))
  }
  const { screens } = JSON.parse(readFileSync(`${directory}/lab.json`))
  await lab.start(unpack(wasm, readFileSync(`${directory}/state.bin.zst`)), screens)
  return lab
}
