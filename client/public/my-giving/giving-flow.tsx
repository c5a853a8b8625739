/** Where all gifts of one donor went: from what they were given for, to projects, to what was paid to grantees. */
import { FlowDiagram } from '../../components/flow-diagram.tsx';
import type { FlowLink, FlowNode } from '../../components/flow-layout.ts';
import { useLanguage } from '../../components/locale-context.tsx';
import type { MyGift, PartFlow } from './my-giving-data.ts';

interface Flow {
  readonly nodes: Map<string, FlowNode>;
  readonly amounts: Map<string, { readonly from: string; readonly to: string; minor: bigint }>;
}

function add(flow: Flow, from: FlowNode, to: FlowNode, minor: bigint): void {
  if (minor <= 0n) return;
  flow.nodes.set(from.id, from);
  flow.nodes.set(to.id, to);
  const key = `${from.id} ${to.id}`;
  const before = flow.amounts.get(key)?.minor ?? 0n;
  flow.amounts.set(key, { from: from.id, to: to.id, minor: before + minor });
}

/** The column of a page that is read, not looked over. */
const NARROW_WIDTH = 608;

export function GivingFlow({ gifts, currency }: { gifts: readonly MyGift[]; currency: string }) {
  const { t, read } = useLanguage();
  const nameOf = ({ restriction }: PartFlow): string => {
    const names = [restriction.sectors, restriction.localities, restriction.projects].flatMap((list) =>
      list === null ? [] : list.map(read),
    );
    return names.length === 0 ? t('common:restriction.none') : names.join(' · ');
  };
  const flow: Flow = { nodes: new Map(), amounts: new Map() };
  const waiting = { id: 'waiting', label: t('myGiving:flow.waiting'), column: 1 };
  const paid = { id: 'paid', label: t('myGiving:flow.paid'), column: 2 };
  const ahead = { id: 'ahead', label: t('myGiving:flow.ahead'), column: 2 };
  for (const part of gifts.flatMap((gift) => gift.flow)) {
    const purpose = { id: `for ${nameOf(part)}`, label: nameOf(part), column: 0 };
    add(flow, purpose, waiting, BigInt(part.waiting.amountMinor));
    for (const { projectId, title, allocated, disbursed } of part.projects) {
      const project = { id: projectId, label: read(title), column: 1 };
      const [at, out] = [BigInt(allocated.amountMinor), BigInt(disbursed.amountMinor)];
      add(flow, purpose, project, at);
      add(flow, project, paid, out);
      add(flow, project, ahead, at - out);
    }
  }
  const links: FlowLink[] = [...flow.amounts.values()].map(({ from, to, minor }) => ({
    from,
    to,
    amountMinor: minor.toString(),
  }));
  if (links.length === 0) return null;
  return (
    <section className="section">
      <h2>{t('myGiving:flow.title')}</h2>
      <FlowDiagram
        caption={t('myGiving:flow.caption')}
        columns={[t('myGiving:flow.given'), t('myGiving:flow.projects'), t('myGiving:flow.out')]}
        nodes={[...flow.nodes.values()]}
        links={links}
        currency={currency}
        width={NARROW_WIDTH}
      />
    </section>
  );
}
