/**
 * Keeps the place of whoever works by keyboard or by ear. What they pressed may be gone once it is done: the focus then goes
 * to what still stands around it, not to the top of the document, where the browser would put it.
 */
import { useLayoutEffect, useRef } from 'react';
import type { RefObject } from 'react';

/** The parts of a screen that can stand for what was in them. */
const PLACES = 'fieldset, section, form, main';

/** @returns the reference for the element that may go away with the focus in it */
export function useKeptFocus<Part extends HTMLElement>(): RefObject<Part | null> {
  const part = useRef<Part>(null);
  useLayoutEffect(() => {
    const element = part.current;
    return () => {
      if (element === null || !element.contains(document.activeElement)) return;
      const around = placesAround(element);
      // Only after the element is gone, and only where nothing else took the focus.
      setTimeout(() => {
        if (document.activeElement !== null && document.activeElement !== document.body) return;
        const place = around.find(({ isConnected }) => isConnected);
        if (place === undefined) return;
        if (!place.hasAttribute('tabindex')) place.tabIndex = -1;
        place.focus({ preventScroll: true });
      });
    };
  }, []);
  return part;
}

/** From the nearest outwards. */
function placesAround(element: HTMLElement): HTMLElement[] {
  const places: HTMLElement[] = [];
  for (
    let place = element.parentElement?.closest<HTMLElement>(PLACES) ?? null;
    place !== null;
    place = place.parentElement?.closest<HTMLElement>(PLACES) ?? null
  )
    places.push(place);
  return places;
}
