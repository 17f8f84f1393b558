// SPDX-License-Identifier: MIT
// Choices above the matrix: of which step, and which outcomes.

const OUTCOMES = { '': 'all', open: 'OPEN', held: 'held' }

export function addFilter(tables: HTMLTableElement[]): void {
  const steps = [...new Set(tables.flatMap((table) => headings(table).slice(2)))]
  const form = document.createElement('form')
  form.className = 'filter'
  form.append(
    choice('step', 'Step', ['', ...steps].map((step) => [step, step || 'all'])),
    choice('outcome', 'Outcome', Object.entries(OUTCOMES)),
    Object.assign(document.createElement('output'), { name: 'found' }))
  const apply = () => {
    const { step, outcome } = Object.fromEntries(new FormData(form)) as Record<string, string>
    const found = tables.map((table) => filter(table, step, outcome))
    for (const table of tables.slice(1)) hideSection(table) // the filter is in the first
    form.querySelector('output')!.textContent =
      `${found.reduce((all, one) => all + one)} ${step ? 'attacks' : 'rows'}`
  }
  form.addEventListener('change', apply)
  form.addEventListener('submit', (event) => event.preventDefault())
  tables[0].before(form)
  apply()
}

// With a table go its heading and what is said before it.
function hideSection(table: HTMLTableElement): void {
  let one: Element | null = table
  while (one && one.tagName !== 'H2') {
    one = one.previousElementSibling
    ;(one as HTMLElement).hidden = table.hidden
  }
}

const headings = (table: HTMLTableElement): string[] =>
  [...table.tHead!.rows[0].cells].map((cell) => cell.textContent!)

function choice(name: string, text: string, options: string[][]): HTMLElement {
  const label = document.createElement('label')
  const select = Object.assign(document.createElement('select'), { name })
  select.append(...options.map(([value, shown]) => new Option(shown, value)))
  label.append(`${text} `, select)
  return label
}

// Of the first table that has the step, its column alone. Returns how many rows are left.
function filter(table: HTMLTableElement, step: string, outcome: string): number {
  const columns = headings(table)
  const isThere = !step || columns.includes(step)
  table.hidden = !isThere
  const isShown = (at: number) => at < 2 || !step || columns[at] === step
  let found = 0
  for (const row of table.rows) {
    const cells = [...row.cells]
    cells.forEach((cell, at) => {
      cell.hidden = !isShown(at)
    })
    if (row.parentElement === table.tHead) continue
    row.hidden = outcome !== '' && !cells.some((cell, at) =>
      isShown(at) && cell.classList.contains(outcome))
    found += Number(isThere && !row.hidden)
  }
  return found
}
