/**
 * Who may import whom: the table of the architecture, as rules. A folder's rule lists every project
 * folder that it may import; anything else inside the project is refused. Packages are limited where
 * the table says so ("never mongoose, stripe").
 */
const PROJECT = '^(server|schema|jobs|client|test)/';

/** @param {string} name @param {string} from @param {string[]} mayImport @param {string} [fromNot] */
function only(name, from, mayImport, fromNot) {
  return {
    name,
    severity: 'error',
    from: { path: from, pathNot: ['[.]test[.]tsx?$', ...(fromNot ? [fromNot] : [])] },
    to: { path: PROJECT, pathNot: mayImport },
  };
}

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'A type may look back at what uses it; code may not.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { pathNot: ['^test/', '[.]test[.]tsx?$'] },
      to: { path: ['^test/', '[.]test[.]tsx?$'] },
    },
    only('domain-imports-itself', '^server/domain/', ['^server/domain/']),
    {
      name: 'domain-is-pure',
      comment: 'No I/O, clock, randomness or vendor in the rules; a command file is the edge of the domain.',
      severity: 'error',
      from: { path: '^server/domain/', pathNot: ['-command[.]ts$', '[.]test[.]ts$'] },
      to: { dependencyTypes: ['core', 'npm'], pathNot: ['node_modules/zod/'] },
    },
    only('ledger', '^server/ledger/', ['^server/(ledger|domain|db)/']),
    {
      name: 'ledger-models-are-private',
      severity: 'error',
      from: { path: PROJECT, pathNot: ['^server/ledger/', '^test/'] },
      to: { path: '^server/ledger/models/' },
    },
    only('db', '^server/db/', ['^server/(db|domain)/']),
    only('gateways', '^server/gateways/', ['^server/(gateways|domain)/']),
    only('services', '^server/services/', ['^server/(services|domain|ledger|db|gateways)/']),
    only('schema', '^schema/', ['^schema/', '^server/(services|domain)/']),
    {
      name: 'schema-knows-no-vendor',
      severity: 'error',
      from: { path: '^schema/' },
      to: { path: 'node_modules/(mongoose|mongodb|stripe)/' },
    },
    only('http', '^server/http/', [
      '^server/(http|services|domain)/',
      '^server/config[.]ts$',
      '^schema/',
      '^client/public/',
    ]),
    {
      name: 'starting-belongs-to-main',
      severity: 'error',
      from: {
        path: PROJECT,
        pathNot: ['^server/main[.]ts$', '^server/start/', '^jobs/check-ledger[.]ts$', '^test/'],
      },
      to: { path: '^server/start/' },
    },
    only(
      'jobs',
      '^jobs/',
      ['^jobs/', '^server/(services|domain)/', '^server/config[.]ts$'],
      '^jobs/(worker|check-ledger)[.]ts$',
    ),
    only('embedded-engine-stands-alone', '^server/embedded-mongod/', ['^server/embedded-mongod/']),
    only('client', '^client/', ['^client/', '^server/domain/', '^schema/schema[.]graphql$']),
    {
      name: 'client-features-are-separate',
      severity: 'error',
      from: { path: '^client/src/features/([^/]+)/' },
      to: { path: '^client/src/features/([^/]+)/', pathNot: '^client/src/features/$1/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^dist/', '^data/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
