/** The names that public pages show for codes, and which round is open. */
import { graphql } from '../lib/graphql.ts';
import type { ResultOf } from '../lib/graphql.ts';
import type { LocalizedText } from '../lib/locale.ts';

export const RegionNames = graphql(`
  fragment RegionNames on Region {
    currency
    sectors {
      code
      name {
        zh
        en
      }
    }
    localities {
      code
      shortName {
        zh
        en
      }
    }
    serviceItems {
      code
      name {
        zh
        en
      }
    }
  }
`);

interface NamedCode {
  readonly code: string;
  readonly name: LocalizedText;
}

interface Names {
  readonly currency: string;
  readonly sectors: readonly NamedCode[];
  /** By short name. */
  readonly localities: readonly NamedCode[];
  readonly serviceItems: readonly NamedCode[];
}

export function namesOf(region: ResultOf<typeof RegionNames>): Names {
  return {
    ...region,
    localities: region.localities.map(({ code, shortName }) => ({ code, name: shortName })),
  };
}

/** The name behind a code; the code itself when the region no longer knows it. */
export function nameOf(list: readonly NamedCode[], code: string): LocalizedText {
  return list.find((one) => one.code === code)?.name ?? { zh: code, en: code };
}

export const SiteQuery = graphql(`
  query Site {
    region {
      name {
        zh
        en
      }
    }
    rounds {
      code
      status
    }
  }
`);
