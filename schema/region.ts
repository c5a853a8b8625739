/** The region with its localities, sectors, service items and dictionary. */
import type {
  CapacityFigure,
  DictionaryTerm,
  Locality,
  Region,
  Sector,
  ServiceItem,
} from '../server/domain/region.ts';
import { loadRegion } from '../server/services/region.ts';
import { builder } from './builder.ts';
import { LocalizedTextType } from './scalars.ts';

const CapacityFigureType = builder.objectRef<CapacityFigure>('CapacityFigure').implement({
  readers: 'everyone',
  description: 'A published figure of a locality’s capacity, in 100 million yuan.',
  fields: (t) => ({
    measure: t.exposeString('measure'),
    year: t.exposeInt('year'),
    amountYi: t.exposeString('amountYi'),
  }),
});

export const LocalityType = builder.objectRef<Locality>('Locality').implement({
  readers: 'everyone',
  description: 'A jurisdiction within the region (属地).',
  fields: (t) => ({
    code: t.exposeID('code', { description: 'GB/T 2260 code.' }),
    name: t.expose('name', { type: LocalizedTextType }),
    shortName: t.expose('shortName', { type: LocalizedTextType }),
    province: t.expose('province', { type: LocalizedTextType }),
    capacity: t.expose('capacity', { type: [CapacityFigureType] }),
  }),
});

export const SectorType = builder.objectRef<Sector>('Sector').implement({
  readers: 'everyone',
  description: 'One of the region’s public-service fields (领域).',
  fields: (t) => ({
    code: t.exposeID('code'),
    name: t.expose('name', { type: LocalizedTextType }),
    cofog: t.exposeString('cofog', { description: 'UN COFOG code.' }),
  }),
});

const ServiceItemType = builder.objectRef<ServiceItem>('ServiceItem').implement({
  readers: 'everyone',
  description: 'One standard service within a sector (服务事项).',
  fields: (t) => ({
    code: t.exposeID('code'),
    sector: t.exposeString('sector'),
    name: t.expose('name', { type: LocalizedTextType }),
    firstListed: t.exposeString('firstListed', { nullable: true }),
  }),
});

const DictionaryTermType = builder.objectRef<DictionaryTerm>('DictionaryTerm').implement({
  readers: 'everyone',
  description: 'What a locality calls a service item, as it writes it.',
  fields: (t) => ({
    serviceItem: t.exposeString('serviceItem'),
    locality: t.exposeString('locality'),
    label: t.exposeString('label'),
    match: t.exposeString('match'),
  }),
});

const RegionType = builder.objectRef<Region>('Region').implement({
  readers: 'everyone',
  description: 'What the foundation serves (区域).',
  fields: (t) => ({
    code: t.exposeID('code'),
    name: t.expose('name', { type: LocalizedTextType }),
    currency: t.exposeString('currency'),
    timeZone: t.exposeString('timeZone'),
    localities: t.expose('localities', { type: [LocalityType] }),
    sectors: t.expose('sectors', { type: [SectorType] }),
    serviceItems: t.expose('serviceItems', { type: [ServiceItemType] }),
    dictionary: t.expose('dictionary', { type: [DictionaryTermType] }),
  }),
});

builder.queryField('region', (t) =>
  t.field({
    type: RegionType,
    authScopes: { public: true },
    resolve: (_root, _args, { database }) => loadRegion(database),
  }),
);
