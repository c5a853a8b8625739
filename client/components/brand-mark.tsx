/** The mark of the foundation: the arch of a bridge that its reflection in the canal makes whole. */
export function BrandMark() {
  return (
    <svg className="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
      <path className="brand-arch" d="M3 16a13 13 0 0 1 26 0h-5.2a7.8 7.8 0 0 0-15.6 0Z" />
      <path className="brand-water" d="M4.2 19.5h23.6M6.4 23.5h19.2M10.6 27.5h10.8" />
    </svg>
  );
}
