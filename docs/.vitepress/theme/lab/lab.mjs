// SPDX-License-Identifier: MIT
// The lab without a page: a Linux machine, its two terminals, and a line for control.
// The panel, the tests and tools/lab/state.mjs use it.
//
//     const lab = new Lab(new V86({ ...machine(), ...files }), fetchProgram)
//     lab.listen('reader', (bytes) => terminal.write(bytes))
//     await lab.start(state, screens)
//     await lab.run('reader', 'hostname')
//
// fetchProgram(name) gives the bytes of a program that the machine asks for, or null.

// What the state was saved with. It is restored into the same only.
export const machine = () => ({
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

  // From this saved state, which is an ArrayBuffer, packed or not. `screens` is what the
  // terminals showed then.
  async start(state, screens) {
    this.screens = screens
    await this.emulator.restore_state(state)
    // Unpacked, so that reset() is quick.
    this.state = await this.emulator.save_state()
    await this.go()
  }

  async reset() {
    await this.emulator.stop()
    await this.emulator.restore_state(this.state)
    for (const resolve of this.answers.values()) resolve('')
    this.answers.clear()
    this.answer = ''
    // What was sent and not yet read comes to the new machine. This ends its line.
    this.emulator.serial_send_bytes(1, [10])
    await this.go()
  }

  async go() {
    for (const [name, line] of Object.entries(this.lines)) line.restart(this.screens[name])
    await this.emulator.run()
    // The machine believes that it is still the moment when it was saved.
    this.control(`date -s @${Math.floor(Date.now() / 1000)} >/dev/null`)
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
