/** An account of the ledger by its name, with what the ledger writes for it; opens all of its entries. */
import type { LocalizedText } from '../../server/domain/localized-text.ts';
import { workspacePaths as paths } from '../lib/workspace-paths.ts';
import { useLanguage } from './locale-context.tsx';

interface AccountLinkProps {
  readonly account: string;
  readonly accountName: LocalizedText | null;
}

export function AccountLink({ account, accountName }: AccountLinkProps) {
  const { read } = useLanguage();
  return (
    <a href={paths.journal({ account })}>
      {accountName === null ? account : read(accountName)}
      <span className="under code">{account}</span>
    </a>
  );
}
