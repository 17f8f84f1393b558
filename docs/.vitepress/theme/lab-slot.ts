// SPDX-License-Identifier: MIT
// Where the lab, a Linux machine in the page, fits in. Transcripts have a button "Run"
// if there is a lab: its code is lab/index.ts, and what it loads is served below lab/
// from public/lab/, where `ready` is written last.
import { withBase } from 'vitepress'
import { commandsOf } from './enhance'

export interface Lab {
  // Types these commands into its terminal. A command can have several lines.
  openLab(commands: string[], chapter: string): unknown
}

const [load] = Object.values(import.meta.glob<Lab>('./lab/index.ts'))
let isThere: Promise<boolean> | undefined

export async function withLab(transcript: HTMLElement): Promise<void> {
  isThere ??= load
    ? fetch(withBase('/lab/ready'), { method: 'HEAD' }).then(({ ok }) => ok, () => false)
    : Promise.resolve(false)
  if (!await isThere) return
  const button = transcript.querySelector<HTMLButtonElement>('.console-run')!
  button.hidden = false
  button.addEventListener('click', async () => {
    const { openLab } = await load()
    openLab(commandsOf(transcript), transcript.dataset.chapter!)
  })
}
