// SPDX-License-Identifier: MIT
// Draws what inside.mjs reads, again and again while it is seen.
import type { Lab } from './lab.mjs'
import { look } from './inside.mjs'

const pause = 400 // milliseconds between two looks

export class Inside {
  readonly element = document.createElement('div')
  private last = ''
  private timer?: ReturnType<typeof setTimeout>

  constructor(private readonly lab: Lab) {
    this.element.className = 'lab-inside'
    this.element.setAttribute('role', 'region')
    this.element.setAttribute('aria-label', 'Look inside: processes, mounts and cgroups')
    this.element.tabIndex = 0
    this.element.hidden = true
  }

  toggle(): boolean {
    this.element.hidden = !this.element.hidden
    clearTimeout(this.timer)
    if (!this.element.hidden) this.look()
    return !this.element.hidden
  }

  private async look(): Promise<void> {
    const seen = await look(this.lab)
    // What the look itself has started is not there.
    const text = JSON.stringify(seen)
    if (text !== this.last) this.element.replaceChildren(...draw(seen))
    this.last = text
    if (!this.element.hidden) this.timer = setTimeout(() => this.look(), pause)
  }
}

type Seen = Awaited<ReturnType<typeof look>>

function draw(seen: Seen): Node[] {
  const tree = element('ul', 'tree')
  for (const one of seen.processes) {
    const row = element('li')
    row.style.paddingLeft = `${one.depth}em`
    row.append(element('b', '', String(one.pid)), ` ${one.name} `)
    if (one.inside !== one.pid) row.append(element('i', '', `there: ${one.inside} `))
    for (const kind of one.own) row.append(element('span', 'space', kind), ' ')
    tree.append(row)
  }
  const cgroups = seen.cgroups.map(({ name, now, max }) => {
    const row = element('p', 'group', `${name}: ${now} of ${max ?? 'any number'} `)
    const boxes = element('span', 'boxes')
    boxes.setAttribute('aria-hidden', 'true')
    for (let at = 0; at < Math.min(max ?? now, 100); at++) {
      boxes.append(element('span', at < now ? 'full' : ''))
    }
    row.append(boxes)
    return row
  })
  const mounts = seen.mounts.map(({ who, mounts: list }) => {
    const box = element('div')
    box.append(element('h3', '', `Mounts of the ${who}`))
    const rows = element('ul')
    for (const { point, type, propagation } of list) {
      const row = element('li', '', `${point} ${type} `)
      row.append(element('span', propagation, propagation))
      rows.append(row)
    }
    box.append(rows)
    return box
  })
  return [
    element('h3', '', 'Processes, and what they do not share with the host'), tree,
    element('h3', '', 'Cgroups'),
    ...(cgroups.length ? cgroups : [element('p', '', 'None of a container.')]),
    ...mounts]
}

function element(tag: string, classes = '', text = ''): HTMLElement {
  const made = document.createElement(tag)
  if (classes) made.className = classes
  made.textContent = text
  return made
}
