/** Compiles kernels: loops in WebAssembly that are kept as bytes beside their texts. */

/**
 * @param bytes the assembled kernel in base 64
 * @returns `null` where WebAssembly may not be compiled, as on a page whose content policy forbids it, and where the
 *   processor has the high byte of a number first, because typed arrays would read the kernel's memory otherwise
 */
export function compileKernel(bytes: string): WebAssembly.Module | null {
  const isLowFirst = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
  if (!isLowFirst || typeof WebAssembly === 'undefined') return null;
  try {
    return new WebAssembly.Module(Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0)));
  } catch {
    return null;
  }
}
