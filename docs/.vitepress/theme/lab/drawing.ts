// SPDX-License-Identifier: MIT
// Draws what inside.mjs reads, again and again while it is seen. Or what was read when
// the lab was built, after each call of a step: tools/lab/calls.mjs.
import type { Lab } from './lab.mjs'
import { look } from './inside.mjs'

export type Seen = Awaited<ReturnType<typeof look>>
// Of each step: what it has called, and what was there after it.
export type Calls = Record<string, { call: string, seen: Seen }[]>

const pause = 400 // milliseconds between two looks

export class Inside {
  readonly element = element('div', 'lab-inside')
  private readonly choice = document.createElement('select')
  private readonly slider = document.createElement('input')
  private readonly call = element('output')
  private readonly drawing = element('div')
  private calls?: Calls
  private first?: Seen
  private last = ''
  private timer?: ReturnType<typeof setTimeout>

  constructor(private readonly lab: Lab, steps: string[],
    private readonly fetchCalls: () => Promise<Calls>) {
    this.element.setAttribute('role', 'region')
    this.element.setAttribute('aria-label', 'Look inside: processes, mounts and cgroups')
    this.element.tabIndex = 0
    this.element.hidden = true
    this.choice.append(new Option('the machine, as it is now', ''),
      ...steps.map((step) => new Option(`${step} run sleep, call by call`, step)))
    this.choice.addEventListener('change', () => this.choose())
    const choice = element('label', '', 'You see: ')
    choice.append(this.choice)
    this.slider.type = 'range'
    this.slider.setAttribute('aria-label', 'Call')
    this.slider.addEventListener('input', () => this.drawCall())
    this.slider.hidden = this.call.hidden = true
    this.element.append(choice, this.slider, this.call, this.drawing)
  }

  toggle(): boolean {
    this.element.hidden = !this.element.hidden
    clearTimeout(this.timer)
    if (!this.element.hidden) this.look()
    return !this.element.hidden
  }

  // ---- the machine, as it is now

  private async look(): Promise<void> {
    if (!this.choice.value) {
      const seen = await look(this.lab)
      // What the look itself has started is not there.
      const text = JSON.stringify(seen)
      const isWhole = seen.mounts.length > 0 // it is not during a reset
      if (isWhole && !this.choice.value && text !== this.last) {
        this.first ??= seen // before anything has run
        this.drawing.replaceChildren(...draw(seen, { ...seen, mounts: this.first.mounts }))
        this.last = text
      }
    }
    clearTimeout(this.timer)
    if (!this.element.hidden) this.timer = setTimeout(() => this.look(), pause)
  }

  // ---- the calls of a step

  private async choose(): Promise<void> {
    const step = this.choice.value
    this.last = ''
    this.slider.hidden = this.call.hidden = true
    if (!step) return
    this.calls ??= await this.fetchCalls()
    if (step !== this.choice.value) return
    this.slider.hidden = this.call.hidden = false
    this.slider.max = String(this.calls[step].length - 1)
    this.slider.value = '0'
    this.drawCall()
  }

  private drawCall(): void {
    const calls = this.calls![this.choice.value]
    const at = Number(this.slider.value)
    const text = `${at} of ${calls.length - 1}: ${calls[at].call}`
    this.slider.setAttribute('aria-valuetext', text)
    this.call.textContent = text
    this.drawing.replaceChildren(...draw(calls[at].seen, calls[Math.max(at - 1, 0)].seen))
  }
}

// What was not there `before` is marked.
function draw(seen: Seen, before: Seen): Node[] {
  return [
    section('Hostnames', hostnames(seen), hostnames(before)),
    section('Cgroups of containers', cgroups(seen), cgroups(before)),
    section('Processes, and what they do not share with the host',
      processes(seen), processes(before)),
    ...seen.mounts.map(({ who, mounts }, at) => section(`Mounts of the ${who}`,
      mounts.map(mount).reverse(), // the newest first
      (before.mounts[at] ?? before.mounts[0]).mounts.map(mount))),
  ]
}

function section(title: string, rows: HTMLElement[], before: HTMLElement[]): HTMLElement {
  const list = element('ul')
  const known = before.map((row) => row.textContent)
  for (const row of rows) {
    if (!known.includes(row.textContent)) row.classList.add('new')
    list.append(row)
  }
  if (!rows.length) list.append(element('li', '', 'none'))
  const box = element('section')
  box.append(element('h3', '', title), list)
  return box
}

function processes(seen: Seen): HTMLElement[] {
  const roots = new Map(seen.processes.map(({ pid, root }) => [pid, root]))
  const [{ capabilities: all }] = seen.processes
  return seen.processes.map((one) => {
    const { pid, inside, name, parent, own, root, depth } = one
    const row = element('li')
    row.style.marginLeft = `${depth}em`
    row.append(element('b', '', String(pid)), ` ${name} `)
    if (inside !== pid) row.append(element('i', '', `pid ${inside} in the container`), ' ')
    for (const kind of own) row.append(element('span', 'space', kind), ' ')
    if (own.length) row.append(element('i', '', rights(one, all)))
    if (root && root !== (roots.get(parent) ?? root)) {
      row.append(element('i', '', `its / is ${root}`))
    }
    return row
  })
}

function rights({ uid, capabilities, isFiltered }: Seen['processes'][0], all: number): string {
  return [
    uid ? `uid ${uid} on the host` : '',
    capabilities === all ? '' : `${capabilities} of ${all} capabilities`,
    isFiltered ? 'seccomp filter' : '',
  ].filter(Boolean).join(', ') + ' '
}

function hostnames(seen: Seen): HTMLElement[] {
  return seen.hostnames.map(({ who, hostname }) => {
    const row = element('li', '', `${who}: `)
    row.append(element('b', '', hostname))
    return row
  })
}

function cgroups(seen: Seen): HTMLElement[] {
  return seen.cgroups.map(({ name, now, max }) => {
    const row = element('li', '', `${name}: ${now} of ${max ?? 'any number'} `)
    const boxes = element('span', 'boxes')
    boxes.setAttribute('aria-hidden', 'true')
    for (let at = 0; at < Math.min(max ?? now, 100); at++) {
      boxes.append(element('span', at < now ? 'full' : ''))
    }
    row.append(boxes)
    return row
  })
}

function mount({ point, type, propagation }: Seen['mounts'][0]['mounts'][0]): HTMLElement {
  const row = element('li', '', `${point} ${type} `)
  row.append(element('span', propagation, propagation))
  return row
}

function element(tag: string, classes = '', text = ''): HTMLElement {
  const made = document.createElement(tag)
  if (classes) made.className = classes
  made.textContent = text
  return made
}
