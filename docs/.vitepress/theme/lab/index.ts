// SPDX-License-Identifier: MIT
// The panel beside the text: two terminals of the lab, loaded when somebody asks for it.
//
//     openLab(commands, chapter, prompt, asked)   opens it if it is not open, and types
//                                                 the commands at this prompt
import { Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { Inside } from './drawing'
import { askForFiles, get, type Manifest, type Name } from './files'
import { Lab, machine } from './lab.mjs'
import './lab.css'

const hostPrompt = '$ '
const guestPrompt = 'guest# ' // of ./boxstep vm
const names = ['reader', 'host'] as const
const titles = { reader: 'Terminal', host: 'Second terminal, on the host' }

let panel: Promise<Panel> | undefined

// `asked` is the moment of the click.
export async function openLab(
  commands: string[], chapter: string, prompt: string, asked: number): Promise<void> {
  panel ??= Panel.open(asked).catch((error) => {
    panel = undefined
    throw error
  })
  const opened = await panel
  opened.show()
  await opened.run(commands, chapter, prompt)
}

class Panel {
  readonly element = document.createElement('section')
  private readonly status = document.createElement('p')
  private readonly boxes = {} as Record<Name, HTMLElement>
  private readonly terminals = {} as Record<Name, Terminal>
  private manifest!: Manifest
  private lab!: Lab
  private inside!: Inside
  private runs = 0
  private touched = 0 // of the machine's memory

  static async open(asked: number): Promise<Panel> {
    const opened = new Panel()
    try {
      await opened.start(asked)
    } catch (error) {
      opened.say(`The lab does not start: ${error}`)
      opened.element.dataset.state = 'failed'
      throw error
    }
    return opened
  }

  private constructor() {
    this.element.className = 'lab'
    this.element.setAttribute('aria-label', 'Lab: a Linux machine in this page')
    this.element.tabIndex = -1
    this.status.className = 'lab-status'
    this.status.setAttribute('role', 'status')
    const bar = document.createElement('div')
    bar.className = 'lab-bar'
    const second = this.button('Second terminal', () => this.toggleHost(second))
    second.setAttribute('aria-pressed', 'false')
    const inside = this.button('Look inside', () => {
      inside.setAttribute('aria-pressed', String(this.inside?.toggle() ?? false))
      this.resize()
    })
    inside.setAttribute('aria-pressed', 'false')
    bar.append(this.status, second, inside, this.button('Reset', () => this.reset()),
      this.button('Close', () => this.hide()))
    this.element.append(bar)
    for (const name of names) this.addTerminal(name)
    this.boxes.host.hidden = true
    document.body.append(this.element)
    this.show()
    this.terminals.reader.open(this.boxes.reader)
    this.fit('reader')
    addEventListener('resize', () => this.resize())
  }

  private button(text: string, act: () => void): HTMLButtonElement {
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = text
    button.addEventListener('click', act)
    return button
  }

  private addTerminal(name: Name): void {
    const box = document.createElement('div')
    box.className = 'lab-terminal'
    box.setAttribute('role', 'group')
    box.setAttribute('aria-label', titles[name])
    this.element.append(box)
    const terminal = new Terminal({ fontSize: 13, cursorBlink: false })
    // Otherwise nobody could leave it with the keyboard.
    terminal.attachCustomKeyEventHandler((event) => {
      if (event.key !== 'Escape' || !event.shiftKey) return true
      if (event.type === 'keydown') this.element.querySelector('button')!.focus()
      return false
    })
    this.boxes[name] = box
    this.terminals[name] = terminal
  }

  // ---- starting

  private async start(asked: number): Promise<void> {
    this.say('Loading…')
    this.element.dataset.state = 'loading'
    const files = askForFiles()
    const [{ V86 }, manifest, wasm] =
      await Promise.all([files.emulator, files.manifest, files.wasm])
    const emulator = new V86(machine(wasm))
    await new Promise<void>((resolve) =>
      emulator.add_listener('emulator-ready', () => resolve()))
    const state = await files.state
    this.manifest = manifest
    this.lab = new Lab(emulator, (name: string) => this.fetchProgram(name))
    this.inside = new Inside(this.lab, manifest.traced,
      () => get('calls.json').then((response) => response.json()))
    this.element.append(this.inside.element)
    const sizes: Partial<Record<Name, [number, number]>> = {}
    for (const name of names) {
      const terminal = this.terminals[name]
      this.lab.listen(name, (bytes: Uint8Array) => terminal.write(bytes))
      terminal.onData((text) => this.lab.type(name, text))
      terminal.onResize(({ cols, rows }) => this.lab.resize(name, cols, rows))
      if (terminal.element) sizes[name] = [terminal.cols, terminal.rows] // it was opened
    }
    const answered = this.lab.start(state, manifest.screens, sizes)
    await this.drawScreens()
    await answered
    this.element.dataset.milliseconds = String(Math.round(performance.now() - asked))
    // This measures each row, so that it would hold up the prompt.
    for (const name of names) this.terminals[name].options.screenReaderMode = true
    this.ready('A Linux machine, in this page. All that you change is lost.')
  }

  private drawScreens(): Promise<unknown> {
    return Promise.all(names.map((name) => new Promise<void>((resolve) => {
      this.terminals[name].write(this.manifest.screens[name], resolve)
    })))
  }

  private async fetchProgram(name: string): Promise<Uint8Array | null> {
    if (!this.manifest.programs.includes(name)) return null
    const packed = new Uint8Array(await (await get(`programs/${name}.gz`)).arrayBuffer())
    // Some servers say that a .gz is packed, and the browser has unpacked it.
    if (packed[0] !== 0x1f || packed[1] !== 0x8b) return packed
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))
    return new Uint8Array(await new Response(stream).arrayBuffer())
  }

  // ---- what the buttons do

  async run(commands: string[], chapter: string, prompt: string): Promise<void> {
    if (!commands.length) return
    const missing = this.manifest.notThere.find(({ document, command }) =>
      document === chapter && ['*', commands[0].split('\n')[0]].includes(command))
    if (missing) {
      this.say(`This transcript does not run in the lab: ${missing.why}.`)
      return
    }
    if (prompt === guestPrompt && this.lab.isAt('reader', hostPrompt)) {
      commands = ['./boxstep vm', ...commands]
    } else if (!this.lab.isAt('reader', prompt)) {
      this.say('The terminal is busy, or in a container. End that, or reset the lab.')
      return
    }
    const run = ++this.runs
    this.element.dataset.state = 'running'
    for (const [at, command] of commands.entries()) {
      this.say(`Chapter ${chapter}: command ${at + 1} of ${commands.length}`)
      await this.lab.run('reader', command)
      if (run !== this.runs) return
    }
    this.ready('Now type what you like.')
    this.prepareReset()
  }

  // While nobody waits. Not every browser can tell.
  private prepareReset(): void {
    const end = this.lab.memory
    globalThis.requestIdleCallback?.((idle) => {
      while (this.touched < end && idle.timeRemaining() > 1) {
        this.touched = this.lab.touch(this.touched)
      }
      if (this.touched < end) this.prepareReset()
    })
  }

  async reset(): Promise<void> {
    if (!this.lab) return
    this.runs++
    const start = performance.now()
    const answered = this.lab.reset()
    for (const name of names) this.terminals[name].reset()
    await this.drawScreens()
    this.element.dataset.reset = String(Math.round(performance.now() - start))
    await answered
    this.ready('The machine is as it was at the start.')
  }

  private ready(text: string): void {
    this.say(text)
    this.element.dataset.state = 'ready'
    this.terminals.reader.focus()
  }

  private say(text: string): void {
    this.status.textContent = text
  }

  private toggleHost(button: HTMLButtonElement): void {
    this.boxes.host.hidden = !this.boxes.host.hidden
    if (!this.terminals.host.element) this.terminals.host.open(this.boxes.host)
    button.setAttribute('aria-pressed', String(!this.boxes.host.hidden))
    this.resize()
    if (!this.boxes.host.hidden) this.terminals.host.focus()
  }

  show(): void {
    this.element.hidden = false
    document.documentElement.classList.add('has-lab')
  }

  hide(): void {
    this.element.hidden = true
    document.documentElement.classList.remove('has-lab')
  }

  // ---- size

  private resize(): void {
    for (const name of names) this.fit(name)
  }

  private fit(name: Name): void {
    const box = this.boxes[name]
    const terminal = this.terminals[name]
    const screen = box.querySelector<HTMLElement>('.xterm-screen')
    if (!screen || !screen.clientWidth || box.hidden) return
    const cell = {
      width: screen.clientWidth / terminal.cols,
      height: screen.clientHeight / terminal.rows,
    }
    terminal.resize(Math.max(20, Math.floor((box.clientWidth - 16) / cell.width)),
      Math.max(5, Math.floor((box.clientHeight - 8) / cell.height)))
  }
}
