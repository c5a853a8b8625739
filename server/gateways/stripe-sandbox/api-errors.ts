/** Refusals in exactly the shape of Stripe's API, so that the official libraries raise their own error classes. */

type ApiErrorType = 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';

interface ApiErrorDetails {
  readonly status: number;
  readonly type: ApiErrorType;
  readonly message: string;
  readonly code?: string;
  readonly param?: string;
  readonly declineCode?: string;
  /** Objects that Stripe puts beside the message: the payment intent of a declined card, say. */
  readonly related?: Readonly<Record<string, unknown>>;
}

export class ApiError extends Error {
  readonly details: ApiErrorDetails;

  constructor(details: ApiErrorDetails) {
    super(details.message);
    this.details = details;
  }

  toBody(requestId: string): object {
    const { type, message, code, param, declineCode, related } = this.details;
    return {
      error: {
        ...(code === undefined ? {} : { code, doc_url: `https://docs.stripe.com/error-codes/${code}` }),
        ...(declineCode === undefined ? {} : { decline_code: declineCode }),
        message,
        ...(param === undefined ? {} : { param }),
        ...related,
        request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}`,
        type,
      },
    };
  }
}

export function invalidRequest(message: string, details: { code?: string; param?: string } = {}): ApiError {
  return new ApiError({ status: 400, type: 'invalid_request_error', message, ...details });
}

export function missingParam(param: string): ApiError {
  return invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
}

export function noSuch(kind: string, id: string, param = 'id'): ApiError {
  return new ApiError({
    status: 404,
    type: 'invalid_request_error',
    message: `No such ${kind}: '${id}'`,
    code: 'resource_missing',
    param,
  });
}
