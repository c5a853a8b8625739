/** Work that reads or makes much: only so much of it at once, so that it never takes the platform from giving. */
import type { Response } from 'express';

const RETRY_AFTER_SECONDS = 30;

type Work = () => Promise<void>;

/** Does the work, or answers 503 with the sentence while as much as may be is under way. */
export function fewAtOnce(most: number, message: string): (response: Response, work: Work) => Promise<void> {
  let running = 0;
  return async (response, work) => {
    if (running >= most) {
      response
        .status(503)
        .setHeader('retry-after', String(RETRY_AFTER_SECONDS))
        .json({ code: 'BUSY', message });
      return;
    }
    running += 1;
    try {
      await work();
    } finally {
      running -= 1;
    }
  };
}
