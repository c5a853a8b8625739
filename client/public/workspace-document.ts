/** The document of the workspaces, built once; each response fills in the nonce of its content policy. */
const NONCE_PLACE = '__CSP_NONCE__';

/** `html` is the built `index.html`; the result is for one response only. */
export function workspaceDocument(html: string, nonce: string): string {
  return html.replaceAll(NONCE_PLACE, nonce);
}
