/**
 * Loads the first region: the Yangtze River Delta Ecological Green Integrated Development Demonstration Zone, with its
 * real localities, sectors, service items, dictionary and 2021 figures.
 * Source: Li and Wang (2022); GB/T 2260; UN COFOG.
 */
import type { Database } from '../database.ts';
import { regions, type StoredRegion } from '../models/region.ts';
import type { CapacityFigure, DictionaryTerm } from '../../domain/region.ts';
import type { Currency } from '../../domain/money.ts';
import zone from './data/zone.json' with { type: 'json' };

const FIGURES_YEAR = 2021;

function capacityOf(locality: { gdp2021Yi: string; budgetExpenditure2021Yi: string }): CapacityFigure[] {
  return [
    { measure: 'budget-expenditure', year: FIGURES_YEAR, amountYi: locality.budgetExpenditure2021Yi },
    { measure: 'gdp', year: FIGURES_YEAR, amountYi: locality.gdp2021Yi },
  ];
}

function zoneAsRegion(): StoredRegion {
  return {
    _id: zone.region.code,
    name: zone.region.name,
    currency: zone.region.currency as Currency,
    timeZone: 'Asia/Shanghai',
    localities: zone.localities.map(({ code, name, shortName, province, ...figures }) => ({
      code,
      name,
      shortName,
      province,
      capacity: capacityOf(figures),
    })),
    sectors: zone.sectors,
    serviceItems: zone.serviceItems.map((item) => ({ ...item, firstListed: item.firstListed ?? null })),
    dictionary: zone.dictionary as DictionaryTerm[],
  };
}

export async function loadDemonstrationZone(database: Database): Promise<void> {
  const region = zoneAsRegion();
  await regions(database).updateOne({ _id: region._id }, { $setOnInsert: region }, { upsert: true });
}
