/** The picture of the home page: a stone bridge over a canal, whole only with its reflection. */
export function BridgeScene() {
  return (
    <svg className="scene" viewBox="0 0 560 420" aria-hidden="true" preserveAspectRatio="xMidYMid slice">
      <rect className="scene-sky" width="560" height="420" />
      <path className="scene-roofs" d="M0 176h52l14-20h86l14 20h30v44H0Z M430 186h22l12-18h70l12 18h14v34H430Z" />
      <rect className="scene-water" y="220" width="560" height="200" />
      <path
        className="scene-bridge"
        d="M92 220c60-18 116-96 188-96s128 78 188 96h-96a92 92 0 0 0-184 0Z"
      />
      <path
        className="scene-reflection"
        d="M92 220c60 18 116 96 188 96s128-78 188-96h-96a92 92 0 0 1-184 0Z"
      />
      <path
        className="scene-ripples"
        d="M24 252h90M150 268h64M236 244h88M356 276h96M470 250h66M60 300h120M214 332h150M396 312h120M20 350h84M140 378h210M392 366h130"
      />
    </svg>
  );
}
