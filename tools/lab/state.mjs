// SPDX-License-Identifier: MIT
// state.mjs BZIMAGE INITRAMFS BIOS DIR: starts the machine of the lab and saves it into
// DIR/state.bin when it waits for a reader. DIR/screens.json has what its two terminals
// show then.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { Lab, commandLine, machine } from '../../docs/.vitepress/theme/lab/lab.mjs'
import { V86 } from '../../docs/node_modules/v86/build/libv86.mjs'

const [bzimage, initramfs, bios, directory] = process.argv.slice(2)
const tooLong = 900 // seconds, on a busy machine

const buffer = (path) => ({ buffer: Uint8Array.from(readFileSync(path)).buffer })
const wasm = new URL('../../docs/node_modules/v86/build/v86.wasm', import.meta.url)

const emulator = new V86({
  ...machine(await WebAssembly.compile(readFileSync(wasm))),
  bios: buffer(bios),
  bzimage: buffer(bzimage),
  initrd: buffer(initramfs),
  cmdline: commandLine,
  autostart: true,
})
const lab = new Lab(emulator, () => null)
const screens = { reader: '', host: '' }
for (const name of Object.keys(screens)) {
  const decoder = new TextDecoder()
  lab.listen(name, (bytes) => {
    screens[name] += decoder.decode(bytes, { stream: true })
  })
}
setTimeout(() => {
  console.error(`lab: the machine is not ready within ${tooLong} s. Its terminals show:`)
  console.error(screens.reader, screens.host, lab.answer)
  process.exit(1)
}, tooLong * 1000).unref()

// In it the machine writes the names of the programs that it wants. A file that the
// machine makes here is nobody's, and only root can write to it.
emulator.add_listener('emulator-ready', () => emulator.create_file('want', new Uint8Array(0)))

const prompts = Object.values(lab.lines).map((line) => line.prompt())
await lab.said('ready')
await Promise.all(prompts)
await lab.control('echo 3 >/proc/sys/vm/drop_caches')
await new Promise((resolve) => setTimeout(resolve, 500))
await emulator.stop()
mkdirSync(directory, { recursive: true })
writeFileSync(`${directory}/state.bin`, new Uint8Array(await emulator.save_state()))
writeFileSync(`${directory}/screens.json`, JSON.stringify({ screens }))
process.exit()
