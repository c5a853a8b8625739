/** `npm run stripe-sandbox -- --port N [--data DIR] [--webhook URL] [--webhook-secret S] [--host H]` */
import { parseArgs } from 'node:util';
import { SANDBOX_SECRET_KEY, startStripeSandbox } from './start-stripe-sandbox.ts';

const USAGE =
  'Usage: npm run stripe-sandbox -- [--port 12111] [--data ./data/stripe-sandbox] [--webhook URL]\n' +
  '         [--webhook-secret whsec_…] [--secret-key sk_test_…] [--host 127.0.0.1] [--public-url URL]\n';

function readArguments(): ReturnType<typeof parse> {
  try {
    return parse();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(2);
  }
}

function parse() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '12111' },
      data: { type: 'string', default: './data/stripe-sandbox' },
      host: { type: 'string', default: '127.0.0.1' },
      webhook: { type: 'string' },
      'webhook-secret': { type: 'string' },
      'secret-key': { type: 'string', default: SANDBOX_SECRET_KEY },
      'public-url': { type: 'string' },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port is a number between 0 and 65535, not ${values.port}.`);
  }
  if (values.webhook !== undefined && !URL.canParse(values.webhook)) {
    throw new Error(
      `--webhook is a URL such as http://127.0.0.1:4000/webhooks/stripe, not ${values.webhook}.`,
    );
  }
  return { ...values, port };
}

async function main(): Promise<void> {
  const values = readArguments();
  const sandbox = await startStripeSandbox({
    port: values.port,
    dataDirectory: values.data,
    host: values.host,
    secretKey: values['secret-key'],
    ...(values['public-url'] === undefined ? {} : { publicUrl: values['public-url'] }),
    ...(values.webhook === undefined
      ? {}
      : {
          webhook: {
            url: values.webhook,
            ...(values['webhook-secret'] === undefined ? {} : { secret: values['webhook-secret'] }),
          },
        }),
  });
  process.stdout.write(
    `Stripe sandbox, where NO REAL MONEY moves\n` +
      `  address         ${sandbox.url}\n` +
      `  secret key      ${sandbox.secretKey}\n` +
      `  webhook secret  ${sandbox.webhookSecret}\n` +
      `  webhooks go to  ${values.webhook ?? 'nowhere; start with --webhook URL, or create an endpoint'}\n` +
      `  data            ${values.data}\n`,
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      sandbox.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
