/** What a due task does; a task is gone once it has run. */
import { payInvoice, renewSubscription } from './billing.ts';
import { sessionAsOfNow } from './checkout-payment.ts';
import type { Context } from './context.ts';
import { requireInvoice } from './objects/invoices.ts';
import { requireIntent } from './objects/payment-intents.ts';
import { requireSubscription } from './objects/subscriptions.ts';
import { afterPayment } from './outcomes.ts';
import { settleWallet } from './payment-attempts.ts';
import type { Task } from './tasks.ts';

export function runTask(context: Context, task: Task): void {
  context.store.remove('sandbox.task', task.id);
  switch (task.action) {
    case 'settle-payment': {
      const intent = requireIntent(context, task.paymentIntentId);
      if (intent.status === 'processing') afterPayment(context, settleWallet(context, intent, task.succeeds));
      return;
    }
    case 'expire-checkout':
      sessionAsOfNow(context, task.checkoutSessionId);
      return;
    case 'renew-subscription': {
      const { status } = requireSubscription(context, task.subscriptionId);
      if (status === 'active' || status === 'past_due') renewSubscription(context, task.subscriptionId);
      return;
    }
    case 'retry-invoice':
      if (requireInvoice(context, task.invoiceId).status === 'open') payInvoice(context, task.invoiceId);
  }
}
