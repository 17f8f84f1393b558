// SPDX-License-Identifier: MIT
// What a page does when JavaScript runs: the document is whole without it. It is the
// page's HTML that is changed here, which Vue leaves alone once it is there.
import { addFilter } from './matrix'

export interface Lab {
  // Types these commands into its terminal. A command can have several lines.
  openLab(commands: string[], chapter: string, prompt: string, asked: number): unknown
}

export function enhance(page: ParentNode, withLab: (transcript: HTMLElement) => unknown): void {
  for (const switcher of page.querySelectorAll<HTMLElement>('.change')) {
    once(switcher, () => addViews(switcher))
  }
  for (const transcript of page.querySelectorAll<HTMLElement>('.console')) {
    once(transcript, () => {
      addCopy(transcript)
      withLab(transcript)
    })
  }
  for (const number of page.querySelectorAll<HTMLElement>('a.number')) {
    once(number, () => addBreaks(number))
  }
  const tables = page.querySelectorAll<HTMLTableElement>('table.matrix')
  if (tables.length > 1) once(tables[0], () => addFilter([...tables]))
}

function once(element: HTMLElement, act: () => void): void {
  if (element.dataset.enhanced) return
  element.dataset.enhanced = 'yes'
  act()
}

// ---- the change, three ways

function addViews(change: HTMLElement): void {
  const views = change.querySelectorAll<HTMLElement>('.view')
  const show = (name: string) => views.forEach((view) => {
    view.hidden = view.dataset.view !== name
  })
  change.addEventListener('change', ({ target }) => show((target as HTMLInputElement).value))
  show('pieces')
}

// Opens whatever hides the target of a link.
export function reveal(hash: string): void {
  const target = hash && document.getElementById(decodeURIComponent(hash.slice(1)))
  const view = target && target.closest<HTMLElement>('.view[hidden]')
  if (view) {
    view.closest('.change')!.querySelector<HTMLInputElement>(
      `input[value=${view.dataset.view}]`)!.click()
    target.scrollIntoView()
  }
  if (target && target.matches('a.number[aria-expanded=false]')) {
    target.click()
    target.scrollIntoView({ block: 'center' })
  }
}

// ---- what breaks without a line

function addBreaks(number: HTMLElement): void {
  const line = number.nextElementSibling as HTMLElement
  const broken = line.nextElementSibling as HTMLElement
  const toggle = (event: Event) => {
    event.preventDefault()
    if (!getSelection()!.isCollapsed) return
    broken.hidden = !broken.hidden
    number.setAttribute('aria-expanded', String(!broken.hidden))
  }
  number.removeAttribute('href') // VitePress would follow it before anybody else
  number.tabIndex = 0
  number.setAttribute('role', 'button')
  number.setAttribute('aria-expanded', 'false')
  number.addEventListener('click', toggle)
  number.addEventListener('keydown', (event) => {
    if (event.key === ' ' || event.key === 'Enter') toggle(event)
  })
  line.addEventListener('click', toggle)
}

// ---- transcripts

export const commandsOf = (transcript: HTMLElement): string[] =>
  JSON.parse(transcript.dataset.commands!)

function addCopy(transcript: HTMLElement): void {
  const button = transcript.querySelector<HTMLButtonElement>('.console-copy')!
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(commandsOf(transcript).join('\n') + '\n')
    button.textContent = 'Copied'
    setTimeout(() => {
      button.textContent = 'Copy'
    }, 2000)
  })
}

// A button "Run", where there is a lab.
export function offerRun(transcript: HTMLElement, load: () => Promise<Lab>): void {
  const button = transcript.querySelector<HTMLButtonElement>('.console-run')
  if (!button) return // it needs what no lab has
  button.hidden = false
  button.addEventListener('click', async ({ timeStamp }) => {
    const { openLab } = await load()
    openLab(commandsOf(transcript), transcript.dataset.chapter!, transcript.dataset.prompt!,
      timeStamp)
  })
}
