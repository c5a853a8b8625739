/** Invoices over the API: read, pay again, void. */
import { ApiError, invalidRequest } from '../api-errors.ts';
import { shortList } from '../api-list.ts';
import { payInvoice } from '../billing.ts';
import { idOf } from '../context.ts';
import { listObjects } from '../lists.ts';
import { RefusedAnswer, type Route } from '../router.ts';
import { requireInvoice, subscriptionIdOf, voidInvoice } from './invoices.ts';

const STATUSES = ['draft', 'open', 'paid', 'uncollectible', 'void'] as const;

const DECLINED = new ApiError({
  status: 402,
  type: 'card_error',
  code: 'card_declined',
  message: 'Your card was declined.',
});

export const invoiceRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: '/v1/invoices',
    handle: ({ context, params }) => {
      const created = params.range('created');
      const [subscription, customer] = [params.string('subscription'), params.string('customer')];
      const status = params.choice('status', STATUSES);
      return listObjects(
        context,
        'invoice',
        '/v1/invoices',
        params,
        (invoice) =>
          created(invoice.created) &&
          (subscription === null || subscriptionIdOf(invoice) === subscription) &&
          (customer === null || invoice.customer === customer) &&
          (status === null || invoice.status === status),
      );
    },
  },
  {
    method: 'GET',
    pattern: '/v1/invoices/:id',
    handle: ({ context, path }) => requireInvoice(context, path['id'] ?? ''),
  },
  {
    method: 'GET',
    pattern: '/v1/invoices/:id/lines',
    handle: ({ context, params, path }) => {
      params.ignore('limit', 'starting_after', 'ending_before');
      const { id, lines } = requireInvoice(context, path['id'] ?? '');
      return shortList(`/v1/invoices/${id}/lines`, lines.data);
    },
  },
  {
    method: 'POST',
    pattern: '/v1/invoices/:id/pay',
    handle: ({ context, params, path }) => {
      params.ignore('off_session');
      const invoice = payInvoice(context, path['id'] ?? '');
      return invoice.status === 'paid' ? invoice : new RefusedAnswer(DECLINED);
    },
  },
  {
    method: 'POST',
    pattern: '/v1/invoices/:id/void',
    handle: ({ context, path }) => {
      const invoice = requireInvoice(context, path['id'] ?? '');
      if (invoice.status !== 'open') throw invalidRequest('Only an open invoice can be voided.');
      return voidInvoice(context, invoice);
    },
  },
  {
    method: 'GET',
    pattern: '/v1/invoice_payments',
    handle: ({ context, params }) => {
      const [invoice, status] = [params.string('invoice'), params.string('status')];
      const payment = params.section('payment');
      const intent = payment?.string('payment_intent') ?? null;
      payment?.ignore('type');
      return listObjects(
        context,
        'invoice_payment',
        '/v1/invoice_payments',
        params,
        (candidate) =>
          (invoice === null || candidate.invoice === invoice) &&
          (status === null || candidate.status === status) &&
          (intent === null || idOf(candidate.payment.payment_intent) === intent),
      );
    },
  },
];
