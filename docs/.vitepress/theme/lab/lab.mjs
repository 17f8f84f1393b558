// SPDX-License-Identifier: MIT
// The lab without a page: a Linux machine, its two terminals, and a line for control.
// The panel, the tests and tools/lab/state.mjs use it.
//
//     const lab = new Lab(new V86(machine(wasm)), fetchProgram)
//     lab.listen('reader', (bytes) => terminal.write(bytes))
//     await lab.start(unpack(wasm, packed), screens)
//     await lab.run('reader', 'hostname')
//
// fetchProgram(name) gives the bytes of a program that the machine asks for, or null.

// What the state was saved with. It is restored into the same only. `wasm` is v86.wasm,
// compiled.
export const machine = (wasm) => ({
  wasm_fn: async (imports) => (await WebAssembly.instantiate(wasm, imports)).exports,
  memory_size: 128 << 20,
  vga_memory_size: 1 << 20,
  uart1: true,
  virtio_console: { type: 'none' },
  filesystem: {},
  net_device: { type: 'none' },
  disable_keyboard: true,
  disable_mouse: true,
  disable_speaker: true,
})

export const commandLine = 'console=ttyS0 quiet tsc=reliable mitigations=off init_on_free=1'

// The prompts of the host, of a container, of ./boxstep vm, of a plain sh and of an
// unfinished line, as in tools/sync/transcript.py.
const prompt = /(?:^|\n)(?:\$ |[\w.-]+@[\w.-]+:\S*[#$] |guest# |# |> )$/
// What a terminal shows of this: colours are nothing, and a line can be written anew.
export const plain = (text) => text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '')
  .replace(/\r+\n/g, '\n').replace(/.*\r/g, '')
// A prompt is the last thing that comes; a moment tells.
const moment = 20
const pageSize = 4096

export class Lab {
  constructor(emulator, fetchProgram) {
    this.emulator = emulator
    this.fetchProgram = fetchProgram
    this.lines = { reader: new Line(), host: new Line() }
    this.answers = new Map() // who waits for them, by the number of the question
    this.asked = 0
    this.answer = ''
    emulator.add_listener('serial0-output-byte', (byte) => this.lines.reader.collect([byte]))
    emulator.add_listener('virtio-console0-output-bytes',
      (bytes) => this.lines.host.collect(bytes))
    emulator.add_listener('serial1-output-byte', (byte) => this.hear(byte))
    emulator.add_listener('9p-write-end', ([name]) => name === 'want' && this.give())
  }

  // ---- starting

  // From this saved state. `screens` is what the terminals showed then; `sizes` is what
  // resize() needs, for a terminal that has another size than that of a serial line.
  // When the promise is kept, the machine has answered.
  start(state, screens, sizes = {}) {
    this.state = state
    this.screens = screens
    this.sizes = sizes
    return this.go(/*used=*/1 << 20) // v86 writes there, for a BIOS
  }

  // The machine is a new one at once.
  reset() {
    for (const resolve of this.answers.values()) resolve('')
    this.answers.clear()
    this.answer = ''
    return this.go(this.memory)
  }

  // The first look at a page of memory is slow, and a reset looks at all of them. This
  // looks at one, and gives the next.
  touch(at) {
    this.emulator.v86.cpu.is_memory_zeroed(at, pageSize)
    return at + pageSize
  }

  get memory() {
    return this.emulator.v86.cpu.mem8.length
  }

  // Of its memory, `used` bytes can be in use, and are cleared.
  go(used) {
    for (const [name, line] of Object.entries(this.lines)) line.restart(this.screens[name])
    // The machine does nothing between two of its ticks, and now is such a moment.
    restore(this.emulator.v86.cpu, this.state, used)
    // What was sent and not yet read comes to the new machine. This ends its line.
    this.emulator.serial_send_bytes(1, [10])
    this.emulator.run()
    const answers = Object.entries(this.sizes).map(([name, size]) => this.resize(name, ...size))
    // The machine believes that it is still the moment when it was saved.
    this.control(`date -s @${Math.floor(Date.now() / 1000)} >/dev/null`)
    return Promise.all(answers)
  }

  // ---- terminals: 'reader' and 'host'

  listen(name, listener) {
    this.lines[name].listeners.push(listener)
  }

  // As if typed on the keyboard.
  type(name, text) {
    const bytes = new TextEncoder().encode(text)
    this.lines[name].typed()
    if (name === 'reader') this.emulator.serial_send_bytes(0, bytes)
    else this.emulator.bus.send('virtio-console0-input-bytes', bytes)
  }

  // A line, as a person types it: after an & not before the machine has nothing to do.
  // A program with the least priority that there is ends only then.
  async enter(name, line) {
    if (this.lines[name].entered.endsWith('&')) await this.control('chrt --idle 0 true')
    this.lines[name].entered = line
    this.type(name, line + '\r')
  }

  // Types a command, which can have several lines, and waits for the prompt after it.
  async run(name, command) {
    for (const line of command.split('\n')) {
      await this.enter(name, line)
      await this.lines[name].prompt()
    }
  }

  // Whether this prompt waits there: '$ ' is the host's, where no container runs.
  isAt(name, prompt) {
    return `\n${plain(this.lines[name].tail)}`.endsWith(`\n${prompt}`)
  }

  async resize(name, columns, rows) {
    this.sizes[name] = [columns, rows]
    const device = name === 'reader' ? '/dev/ttyS0' : '/dev/hvc0'
    await this.control(`stty -F ${device} rows ${rows} cols ${columns}`)
  }

  // ---- control

  // Runs a line of shell, unseen by the reader; gives what it printed. After a reset
  // that is nothing.
  control(line) {
    const id = String(++this.asked)
    return new Promise((resolve) => {
      this.answers.set(id, resolve)
      this.emulator.serial_send_bytes(1, new TextEncoder().encode(`echo @${id}@; ${line}\n`))
    })
  }

  // When the machine says this of itself.
  said(what) {
    return new Promise((resolve) => this.answers.set(what, resolve))
  }

  hear(byte) {
    if (byte !== 4) {
      this.answer += String.fromCharCode(byte)
      return
    }
    const [, id, answer] = /^@(\d+)@\n([^]*)$/.exec(this.answer) ?? ['', this.answer, '']
    this.answer = ''
    this.answers.get(id)?.(answer)
    this.answers.delete(id)
  }

  // ---- programs

  async give() {
    const asked = await this.emulator.read_file('want')
    const name = new TextDecoder().decode(asked).trim().split('\n').at(-1)
    if (!/^[\w.-]+$/.test(name)) return
    const program = await this.fetchProgram(name)
    await this.emulator.create_file(program ? name : `${name}.none`,
      program ?? new Uint8Array(1))
  }
}

class Line {
  listeners = []
  waiting = []
  decoder = new TextDecoder()
  bytes = []
  tail = ''
  entered = ''

  // Bytes come one at a time; the listeners get them in pieces.
  collect(bytes) {
    if (!this.bytes.length) queueMicrotask(() => this.pass())
    this.bytes.push(...bytes)
  }

  pass() {
    const bytes = Uint8Array.from(this.bytes)
    this.bytes = []
    this.tail = (this.tail + this.decoder.decode(bytes, { stream: true })).slice(-4000)
    for (const listener of this.listeners) listener(bytes)
    this.look()
  }

  typed() {
    this.tail = ''
    clearTimeout(this.timer)
  }

  restart(screen) {
    clearTimeout(this.timer)
    this.waiting = []
    this.bytes = []
    this.decoder = new TextDecoder()
    this.tail = screen
    this.entered = ''
  }

  // When the next prompt is there.
  prompt() {
    return new Promise((resolve) => this.waiting.push(resolve))
  }

  look() {
    clearTimeout(this.timer)
    if (!this.waiting.length || !this.isAtPrompt()) return
    this.timer = setTimeout(() => this.waiting.shift()?.(), moment)
  }

  isAtPrompt() {
    return prompt.test(plain(this.tail))
  }
}

// As restore_state() of v86 does it. That copies the memory first, and then writes to
// all of it, also where nothing was and nothing comes: the browser would have to find
// 128 MB for that. The state has numbers, and arrays that stand after them.
function restore(cpu, state, used) {
  const start = 16 // its last number is the length of the description that follows
  const length = new Int32Array(state, 0, start / 4)[3]
  const { state: saved, buffer_infos: places } =
    JSON.parse(new TextDecoder().decode(new Uint8Array(state, start, length)))
  const first = start + length + 3 & ~3
  const pages = saved[77] // that are not zero
  const revive = (value) => {
    if (Array.isArray(value)) return value.map(revive)
    if (!value?.__state_type__ || value === pages) return value
    const { offset, length } = places[value.buffer_id]
    return new globalThis[value.__state_type__](
      state.slice(first + offset, first + offset + length))
  }
  cpu.unpack_memory = (isThere) => {
    const memory = cpu.mem8.subarray(0) // mem8 itself is slow: it looks where it is
    let from = first + places[pages.buffer_id].offset
    for (let at = 0; at < memory.length; at += pageSize) {
      if (isThere.get(at / pageSize)) {
        memory.set(new Uint8Array(state, from, pageSize), at)
        from += pageSize
      } else if (at < used && !cpu.is_memory_zeroed(at, pageSize)) {
        cpu.zero_memory(at, pageSize)
      }
    }
  }
  cpu.set_state(revive(saved))
}
