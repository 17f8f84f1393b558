// SPDX-License-Identifier: MIT
// unpack(WASM, PACKED): the saved state, with the zstd that is in v86.wasm. It is whole
// in itself: files.ts gives its source to a worker, which cannot import anything where
// the page is a file.
export function unpack(wasm, packed) {
  // What it needs as an emulator is never called here.
  const env = {}
  for (const { name, kind } of WebAssembly.Module.imports(wasm)) {
    env[name] = kind === 'table'
      ? new WebAssembly.Table({ element: 'anyfunc', initial: 1024 }) : () => 0
  }
  const zstd = new WebAssembly.Instance(wasm, { env }).exports
  const context = zstd.zstd_create_ctx(packed.byteLength)
  const source = zstd.zstd_get_src_ptr(context) >>> 0
  new Uint8Array(zstd.memory.buffer, source).set(new Uint8Array(packed))
  const read = (bytes) => {
    const piece = zstd.zstd_read(context, bytes.length) >>> 0
    bytes.set(new Uint8Array(zstd.memory.buffer, piece, bytes.length))
    zstd.zstd_read_free(piece, bytes.length)
  }
  // Its third number is the length of the state.
  const header = new Uint32Array(4)
  const start = new Uint8Array(header.buffer)
  read(start)
  const state = new Uint8Array(header[2])
  state.set(start)
  const most = 1 << 16 // of which there is a second copy at a time
  for (let at = start.length; at < state.length; at += most) {
    read(state.subarray(at, at + most))
  }
  return state.buffer
}
