/** The layers: dependencies point inwards. */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  comment: `${from} may import only ${allowed}`,
  from: { path: from, pathNot: '\\.spec\\.ts$' },
  to: { path: '^(apps|libs|projections|imports|bench|test)/', pathNot: allowed },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    only('domain-is-pure', '^libs/domain/', '^libs/domain/'),
    {
      name: 'domain-does-no-io',
      severity: 'error',
      from: { path: '^libs/domain/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    only('access', '^libs/access/', '^libs/access/'),
    only('event-store', '^libs/event-store/', '^libs/(event-store|domain)/'),
    only('read-store', '^libs/read-store/', '^libs/(read-store|domain)/'),
    only('scoring', '^libs/scoring/', '^libs/(scoring|domain)/'),
    only('projecting', '^libs/projecting/', '^libs/(projecting|scoring|event-store|read-store|domain)/'),
    only(
      'scheduling',
      '^libs/scheduling/',
      '^libs/(scheduling|projecting|handling|event-store|read-store|domain)/',
    ),
    only('metrics', '^libs/metrics/', '^libs/(metrics|projecting|read-store|domain)/'),
    only(
      'event-funnel',
      '^libs/event-funnel/',
      '^libs/(event-funnel|metrics|projecting|event-store|domain)/',
    ),
    only('handling', '^libs/handling/', '^libs/(handling|event-store|domain)/'),
    only(
      'lifecycle',
      '^libs/lifecycle/',
      '^libs/(lifecycle|handling|event-store|domain|read-store/mongodb/(connection|generation-indexes|server-errors)\\.ts)',
    ),
    only('importing', '^libs/importing/', '^libs/(importing|handling|event-store|domain)/'),
    only(
      'projections',
      '^projections/',
      '^(projections/|libs/(domain|projecting|scoring|metrics|read-store/port))',
    ),
    only('definitions', '^libs/definitions/', '^libs/(definitions|projecting|importing|read-store|domain)/'),
    only('imports', '^imports/', '^(imports/|libs/(domain|importing))'),
    only('engine', '^libs/engine/', '^(libs|projections|imports)/'),
    {
      name: 'adapters-behind-ports',
      severity: 'error',
      comment: 'only the engine picks adapters',
      from: {
        path: '^(apps|libs|projections|imports)/',
        pathNot: '^libs/(engine|event-store|read-store|lifecycle/(checkpoints|deliveries))/|\\.spec\\.ts$',
      },
      to: { path: '^libs/(event-store|read-store)/(sqlite|eventstoredb|mongodb)/' },
    },
    {
      name: 'lifecycle-adapters-behind-ports',
      severity: 'error',
      comment: 'only the engine picks adapters',
      from: {
        path: '^(apps|libs|projections|imports)/',
        pathNot: '^libs/(engine|lifecycle/(checkpoints|deliveries|kafka))/|\\.spec\\.ts$',
      },
      to: { path: '^libs/lifecycle/(checkpoints|deliveries|kafka)/' },
    },
    {
      name: 'nest-in-the-server',
      severity: 'error',
      from: { path: '^(libs|projections|imports)/' },
      to: { path: 'node_modules/(@nestjs|fastify|class-validator|class-transformer)' },
    },
    {
      name: 'product-without-tests',
      severity: 'error',
      from: { path: '^(apps|libs|projections|imports)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(test|bench)/', pathNot: '^bench/(run|port)\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|data)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
