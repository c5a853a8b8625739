/**
 * Failures on demand: the next so many API requests or webhook deliveries go wrong in a named way. Kept in
 * memory only, so that a restart is always the end of a fault.
 */
export const API_FAULTS = [
  /** Refused before anything happens: another request holds the object. */
  'conflict',
  /** Refused before anything happens: too many requests. */
  'rate-limit',
  /** Fails before anything happens. */
  'server-error',
  /** Everything happens, and the answer is an error. */
  'server-error-after-success',
  /** Nothing happens and no answer comes. */
  'timeout',
  /** Everything happens and no answer comes. */
  'timeout-after-success',
  /** The connection breaks before anything happens. */
  'reset',
  /** Everything happens and then the connection breaks. */
  'reset-after-success',
] as const;
export type ApiFault = (typeof API_FAULTS)[number];

export const WEBHOOK_FAULTS = [
  /** Sent twice, the second time after `delayMs`. */
  'duplicate',
  /** Sent after `delayMs`. */
  'delay',
  /** The next `count` are sent in the opposite order, `delayMs` apart. */
  'reorder',
  /** Never sent. */
  'drop',
] as const;
type WebhookFault = (typeof WEBHOOK_FAULTS)[number];

interface ApiFaultRequest {
  readonly api: ApiFault;
  readonly count: number;
  /** Only requests with this method, and whose path contains this text. */
  readonly method: string | null;
  readonly path: string | null;
}

interface WebhookFaultRequest {
  readonly webhook: WebhookFault;
  readonly count: number;
  readonly delayMs: number;
  /** Only events whose type begins so. */
  readonly type: string | null;
}

export type FaultRequest = ApiFaultRequest | WebhookFaultRequest;

export class Faults {
  #api: ApiFaultRequest[] = [];
  #webhook: WebhookFaultRequest[] = [];
  #refundsToHold = 0;

  arm(fault: FaultRequest): void {
    if ('api' in fault) this.#api.push(fault);
    else this.#webhook.push(fault);
  }

  clear(): void {
    this.#api = [];
    this.#webhook = [];
    this.#refundsToHold = 0;
  }

  holdRefunds(count: number): void {
    this.#refundsToHold += count;
  }

  /** Whether the balance does not suffice for the refund that is made now. */
  holdsRefund(): boolean {
    if (this.#refundsToHold === 0) return false;
    this.#refundsToHold -= 1;
    return true;
  }

  armed(): FaultRequest[] {
    return [...this.#api, ...this.#webhook];
  }

  takeApiFault(method: string, path: string): ApiFault | null {
    const fault = this.#api.find(
      (candidate) =>
        (candidate.method === null || candidate.method === method) &&
        (candidate.path === null || path.includes(candidate.path)),
    );
    if (fault === undefined) return null;
    this.#api = useOnce(this.#api, fault);
    return fault.api;
  }

  /** When each sending of an event is due, in milliseconds from now: once, at once, unless a fault is armed. */
  takeWebhookDelays(eventType: string): number[] {
    const fault = this.#webhook.find(({ type }) => type === null || eventType.startsWith(type));
    if (fault === undefined) return [0];
    this.#webhook = useOnce(this.#webhook, fault);
    switch (fault.webhook) {
      case 'drop':
        return [];
      case 'duplicate':
        return [0, fault.delayMs];
      case 'delay':
        return [fault.delayMs];
      case 'reorder':
        // The first of them waits longest, so that they arrive in the opposite order.
        return [fault.count * fault.delayMs];
    }
  }
}

function useOnce<T extends { count: number }>(faults: T[], used: T): T[] {
  return faults
    .map((fault) => (fault === used ? { ...fault, count: fault.count - 1 } : fault))
    .filter(({ count }) => count > 0);
}
