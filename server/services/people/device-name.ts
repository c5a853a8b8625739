/** What a browser says of itself, as a person would say it. */
import bowser from 'bowser';

/**
 * The browser with its main version, and the system: "Chrome 147 · Linux". A program that is no browser is called
 * by the first word it says of itself: "curl/8.5.0". Null where nothing was said.
 */
export function nameDevice(userAgent: string | null): string | null {
  if (userAgent === null || userAgent.trim() === '') return null;
  const { browser, os } = bowser.parse(userAgent);
  const version = browser.version?.split('.')[0];
  if (browser.name === undefined || browser.name === '' || os.name === undefined) {
    return userAgent.trim().split(/\s/u)[0] ?? null;
  }
  return [version === undefined ? browser.name : `${browser.name} ${version}`, os.name].join(' · ');
}
