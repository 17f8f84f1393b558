// SPDX-License-Identifier: MIT
// What the lab is loaded from. All of it is asked for at once, when somebody wants the
// lab; the state is unpacked beside the page.
import { withBase } from 'vitepress'
import { unpack } from './unpack.mjs'

export type Name = 'reader' | 'host'
export interface Manifest {
  notThere: { document: string, command: string, why: string }[]
  programs: string[]
  screens: Record<Name, string>
  traced: string[]
  state: string
}
export interface Files {
  emulator: Promise<typeof import('v86')>
  manifest: Promise<Manifest>
  state: Promise<ArrayBuffer>
  wasm: Promise<WebAssembly.Module>
}

let address = (file: string) => withBase(`/lab/${file}`)

// Where else the files are: see ../offline.ts.
export function useFiles(addressOf: (file: string) => string): void {
  address = addressOf
}

export async function get(file: string): Promise<Response> {
  const response = await fetch(address(file))
  if (!response.ok) throw new Error(`${file}: ${response.status}`)
  return response
}

let asked: Files | undefined

export function askForFiles(): Files {
  return asked ??= ask()
}

function ask(): Files {
  const wasm = WebAssembly.compileStreaming(get('v86.wasm'))
  const packed = get('state.bin.zst').then((response) => response.arrayBuffer())
  const files = {
    // Of the version that has saved the state; Vite has nothing to do with it.
    emulator: import(/* @vite-ignore */ address('libv86.js')) as Files['emulator'],
    manifest: get('lab.json').then((response) => response.json()),
    state: Promise.all([wasm, packed]).then(unpackBeside),
    wasm,
  }
  // What has failed can be asked for again.
  Promise.all(Object.values(files)).catch(() => {
    asked = undefined
  })
  return files
}

// In a worker: the page is busy with its terminals.
async function unpackBeside([wasm, packed]: [WebAssembly.Module, ArrayBuffer]):
  Promise<ArrayBuffer> {
  const source = `const unpack = ${unpack}
    onmessage = ({ data }) => {
      const state = unpack(...data)
      postMessage(state, [state])
    }`
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  const worker = new Worker(url)
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data)
      worker.onerror = ({ message }) => reject(new Error(`state.bin.zst: ${message}`))
      worker.postMessage([wasm, packed], [packed])
    })
  } finally {
    worker.terminate()
    URL.revokeObjectURL(url)
  }
}
