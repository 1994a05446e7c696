/** The parts of WebAssembly that the server uses. Its own types come only with those of browsers. */
declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]: 'WebAssembly.Module';
  }
  const Module: new (bytes: Uint8Array) => Module;
  const Instance: new (module: Module, imports: object) => { readonly exports: object };
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
}
