/**
 * Small comforts for public pages that already work without them: a form is sent once, filters apply when
 * they are chosen, a pending donation looks again for its payment, an allocation is computed in the browser, a gift
 * tells what it comes to.
 */

import { findProof } from '../../../server/domain/giving-guard.ts';

const REFRESH_LIMIT = 40;
/** Short enough that the page never stops answering. */
const TRIES_AT_ONCE = 500;

/** The button that sends the form for good; others only look something up. */
const mainButtonOf = (form: HTMLFormElement): HTMLButtonElement | null =>
  form.querySelector<HTMLButtonElement>('button.button-wide[type="submit"]');

/** Sent without a network, a page that was filled in would give way to the browser's own error page. */
function isHeldOffline(form: HTMLFormElement): boolean {
  const told = form.querySelector<HTMLElement>('[data-offline-told]');
  if (told === null) return false;
  told.hidden = navigator.onLine;
  told.textContent = navigator.onLine ? '' : (form.dataset.offline ?? '');
  return !navigator.onLine;
}

function sendOnce(form: HTMLFormElement): void {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent === 'yes' || isHeldOffline(form)) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = 'yes';
    const button = mainButtonOf(form);
    if (button === null || (event.submitter as HTMLButtonElement | null)?.name === 'look') return;
    button.setAttribute('aria-disabled', 'true');
    button.textContent = form.dataset.submitOnce ?? button.textContent;
  });
}

/** A page restored by the back button must accept a new attempt. */
function allowAgain(form: HTMLFormElement, words: string | null): void {
  window.addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    delete form.dataset.sent;
    const button = mainButtonOf(form);
    if (button === null || words === null) return;
    button.removeAttribute('aria-disabled');
    button.textContent = words;
  });
}

function clearOwnAmount(radio: HTMLInputElement): void {
  const field = document.getElementById(radio.dataset.fills ?? '');
  if (!(field instanceof HTMLInputElement)) return;
  radio.addEventListener('change', () => {
    // A form that the back button brings back changes too, and keeps what was typed.
    if (radio.checked) field.value = '';
  });
  field.addEventListener('input', () => {
    if (field.value !== '') radio.checked = false;
  });
}

/** Works in the pauses of the page until it has found the proof that a guarded gift asks for. */
function prove(field: HTMLInputElement, from = 0): void {
  const proof = findProof(field.dataset.proofOf ?? '', from, TRIES_AT_ONCE);
  if (proof !== null) field.value = proof;
  else setTimeout(() => prove(field, from + TRIES_AT_ONCE));
}

function lookAgain(seconds: number): void {
  const seen = Number(sessionStorage.getItem(location.pathname) ?? '0');
  if (seen >= REFRESH_LIMIT) return;
  setTimeout(() => {
    sessionStorage.setItem(location.pathname, String(seen + 1));
    location.reload();
  }, seconds * 1000);
}

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-submit-once]')) {
  allowAgain(form, mainButtonOf(form)?.textContent ?? null);
  sendOnce(form);
}
for (const form of document.querySelectorAll<HTMLFormElement>('form[data-submit-on-change]')) {
  form.addEventListener('change', () => {
    form.requestSubmit();
  });
}
for (const radio of document.querySelectorAll<HTMLInputElement>('input[data-fills]')) clearOwnAmount(radio);
const pending = document.querySelector<HTMLElement>('[data-refresh-seconds]');
if (pending !== null) lookAgain(Number(pending.dataset.refreshSeconds));
const verifying = document.querySelector<HTMLElement>('[data-verify]');
if (verifying !== null)
  void import('./verify.ts').then(({ startVerifyPage }) => {
    startVerifyPage(verifying);
  });

const toy = document.querySelector<HTMLElement>('[data-allocation-toy]');
const rerun = document.querySelector<HTMLElement>('[data-allocation-rerun]');
if (toy !== null || rerun !== null) {
  // Only the pages about allocation load the code that computes it.
  void import('./allocation.ts').then(({ liveToy, offerRerun }) => {
    if (toy !== null) liveToy(toy);
    if (rerun !== null) offerRerun(rerun);
  });
}

const sharing = document.querySelector<HTMLElement>('[data-share-rerun]');
if (sharing !== null)
  void import('./share.ts').then(({ offerShareAgain }) => {
    offerShareAgain(sharing);
  });

const giving = document.querySelector<HTMLFormElement>('form[data-give]');
if (giving !== null)
  void import('./give.ts').then(({ followForm }) => {
    followForm(giving);
  });

const unproved = document.querySelector<HTMLInputElement>('input[data-proof-of]');
if (unproved !== null) prove(unproved);
