// SPDX-License-Identifier: MIT
// The whole site and its lab in one file, which a browser opens without a server:
// .vitepress/offline.mjs packs it. Pages are <template>s, of which one is shown; what
// the lab loads is text in <script>s that no browser runs.
import { enhance, offerRun, reveal } from './enhance'
import { openLab } from './lab'
import { useFiles } from './lab/files'

const isDark = matchMedia('(prefers-color-scheme: dark)')
const setColours = () => document.documentElement.classList.toggle('dark', isDark.matches)
isDark.addEventListener('change', setColours)
setColours()

const type = (file: string) => file.endsWith('.js') ? 'text/javascript'
  : file.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream'
const addresses = new Map<string, string>()
useFiles((file) => {
  if (!addresses.has(file)) {
    const text = atob(document.getElementById(`lab/${file}`)!.textContent!)
    const bytes = new Uint8Array(text.length)
    for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at)
    addresses.set(file, URL.createObjectURL(new Blob([bytes], { type: type(file) })))
  }
  return addresses.get(file)!
})

// #01-uts, or #01-uts/goal for a place on that page.
const main = document.querySelector('main')!
let shown = ''
function show(): void {
  const [name, place] = location.hash.slice(1).split('/')
  const page = document.getElementById(`page/${name || 'index'}`) as HTMLTemplateElement | null
  if (!page) return
  if (page.id !== shown) {
    main.replaceChildren(page.content.cloneNode(true))
    shown = page.id
    document.title = page.dataset.title!
    for (const link of document.querySelectorAll('nav a')) {
      link.ariaCurrent = link.getAttribute('href') === `#${name}` ? 'page' : null
    }
    enhance(main, (transcript) => offerRun(transcript, async () => ({ openLab })))
    scrollTo(0, 0)
  }
  if (!place) return
  reveal(`#${place}`)
  document.getElementById(decodeURIComponent(place))?.scrollIntoView()
}
// On a telephone the menu is above the page.
document.querySelector('details')!.open = matchMedia('(min-width: 960px)').matches
addEventListener('hashchange', show)
show()
