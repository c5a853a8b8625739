/** The picture of the home page: a five-arched stone bridge of the water towns, with its reflection. */
export function BridgeScene() {
  return (
    <svg className="scene" viewBox="0 10 560 420" aria-hidden="true" preserveAspectRatio="xMidYMid slice">
      <path
        className="scene-roofs"
        d="M0 168h40l12-16h70l12 16h20v52H0ZM404 178h18l10-14h58l10 14h60v42H404Z"
      />
      <path className="scene-railing" d="M24 198Q146 121 280 121T536 198" />
      <path
        className="scene-bridge"
        d="M6 220Q140 132 280 132T554 220H490a28 28 0 0 0-56 0h-8a42 42 0 0 0-84 0h-6a56 56 0 0 0-112 0h-6a42 42 0 0 0-84 0h-8a28 28 0 0 0-56 0Z"
      />
      <path
        className="scene-reflection"
        d="M6 220Q140 308 280 308T554 220H490a28 28 0 0 1-56 0h-8a42 42 0 0 1-84 0h-6a56 56 0 0 1-112 0h-6a42 42 0 0 1-84 0h-8a28 28 0 0 1-56 0Z"
      />
      <path
        className="scene-ripples"
        d="M24 252h90M150 268h64M236 244h88M356 276h96M470 250h66M60 300h120M214 332h150M396 312h120M20 350h84M140 378h210M392 366h130"
      />
    </svg>
  );
}
