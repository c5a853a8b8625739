/** Line items of a checkout: quantity times price, each amount exact in minor units. */
import { invalidRequest, missingParam } from '../api-errors.ts';
import { makeId, type Context } from '../context.ts';
import type { WireLineItem } from '../kinds.ts';
import type { Params } from '../params.ts';
import { createPrice, productName, requirePrice } from './products.ts';

const MAX_LINE_ITEMS = 100;

export function readLineItems(context: Context, params: Params): WireLineItem[] {
  const sections = params.sections('line_items');
  if (sections.length === 0) throw missingParam('line_items');
  if (sections.length > MAX_LINE_ITEMS) {
    throw invalidRequest(`A checkout has at most ${MAX_LINE_ITEMS} line items.`, { param: 'line_items' });
  }
  const items = sections.map((section) => readLineItem(context, section));
  if (new Set(items.map(({ currency }) => currency)).size > 1) {
    throw invalidRequest('All line items must have the same currency.', { param: 'line_items' });
  }
  return items;
}

function readLineItem(context: Context, params: Params): WireLineItem {
  const quantity = params.integer('quantity');
  if (quantity === null) throw missingParam(params.nameOf('quantity'));
  if (quantity < 1) throw invalidRequest('Invalid positive integer', { param: params.nameOf('quantity') });
  const data = params.section('price_data');
  const price =
    data === null
      ? requirePrice(context, params.requiredString('price'), params.nameOf('price'))
      : createPrice(context, data, true);
  const amount = (price.unit_amount ?? 0) * quantity;
  if (!Number.isSafeInteger(amount)) {
    throw invalidRequest('The amount of a line item is too large.', { code: 'amount_too_large' });
  }
  return {
    id: makeId('li'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: price.currency,
    description: productName(context, price),
    discounts: [],
    metadata: {},
    price,
    quantity,
    taxes: [],
  };
}
